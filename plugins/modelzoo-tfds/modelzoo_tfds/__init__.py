"""The image classification sets of TensorFlow Datasets, by their names."""
