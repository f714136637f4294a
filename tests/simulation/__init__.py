"""Whole lives of workshops in a simulated world that breaks everything, each from a seed. `make simulate` runs them."""
