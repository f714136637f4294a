"""Ids that tell nothing, signed links, sealed answers, and who is signed in."""
