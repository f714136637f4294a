"""What people read: words in every language, dates, templates, and text that people typed."""
