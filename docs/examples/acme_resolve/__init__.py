"""A family of models in a plugin."""
