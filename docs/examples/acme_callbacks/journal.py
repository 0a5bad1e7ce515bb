"""The callback's code."""

from pathlib import Path

import keras


class Journal(keras.callbacks.Callback):
    """Writes a line per epoch.

    Args:
        path: The file.
    """

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        """Add the epoch's line."""
        with Path(self.path).open("a") as file:
            file.write(f"epoch {epoch + 1}: loss {logs['loss']:.4f}\n")
