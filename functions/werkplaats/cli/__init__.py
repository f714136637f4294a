"""Commands for the people who run the program: checking and publishing workshops, and making survey keys."""
