"""What visitors meet: requests, forms, pages and links."""
