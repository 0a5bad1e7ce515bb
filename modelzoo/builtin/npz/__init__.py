"""Images and labels as arrays in a file of NumPy."""
