"""The whole system on one machine: `python -m local`. Nothing in here is deployed, and nothing deployed imports it."""
