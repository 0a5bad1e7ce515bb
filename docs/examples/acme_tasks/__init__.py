"""A task in a plugin."""
