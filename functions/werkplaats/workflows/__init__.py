"""One file per workflow: read, decide, commit. Each may be run again at any time without harm."""
