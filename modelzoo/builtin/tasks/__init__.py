"""The four built-in tasks."""
