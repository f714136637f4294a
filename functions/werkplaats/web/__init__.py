"""What people see and type: pages, forms, and Dutch."""
