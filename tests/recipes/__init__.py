"""Tests that follow the recipes of docs/adding.md in a copy of the repository."""
