"""Mail on its way: sending, trying again, what became of it, and notices to organisers."""
