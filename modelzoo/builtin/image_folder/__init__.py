"""Images in a folder, a sub-folder per class."""
