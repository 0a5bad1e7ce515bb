"""A callback in a plugin."""
