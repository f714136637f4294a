"""Follows the recipes of docs/adding.md in a copy of the repository."""
