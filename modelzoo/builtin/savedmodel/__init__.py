"""The exporter to TensorFlow's SavedModel."""
