"""Workflows, each in a file of its own: read, decide, commit. Each can be run again at any time without harm."""
