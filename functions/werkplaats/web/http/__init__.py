"""Requests and responses: bounded bodies, pages, redirects, problems, files."""
