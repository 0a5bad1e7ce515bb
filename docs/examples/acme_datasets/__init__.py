"""A dataset in a plugin."""
