"""Commands for whoever runs the program: publishing workshops, survey keys."""
