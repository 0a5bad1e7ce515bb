"""A model in a plugin."""
