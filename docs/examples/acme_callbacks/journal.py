"""The callback's code."""

import keras


class Journal(keras.callbacks.Callback):
    """Writes a line per epoch.

    Args:
        path: The file, as a ``Path``.
    """

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        """Add the epoch's line."""
        with self.path.open("a") as file:
            file.write(f"epoch {epoch + 1}: loss {logs['loss']:.4f}\n")
