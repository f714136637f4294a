"""Commands for whoever runs the program: checking and publishing workshops, survey keys."""
