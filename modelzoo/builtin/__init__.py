"""The built-in plugins, each with its code beside it."""
