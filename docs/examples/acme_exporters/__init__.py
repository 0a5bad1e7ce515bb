"""An exporter in a plugin."""
