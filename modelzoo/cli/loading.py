"""Loading TensorFlow: announced, timed, and without its start-up chatter."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from modelzoo.errors import MissingLibraryError

STDERR = 2


def load_tensorflow() -> None:
    """Import TensorFlow and Keras and tell the user how long it took; at once where it is there.

    What they write meanwhile is dropped, and shown where the import fails.

    Raises:
        MissingLibraryError: They can't be imported.
    """
    if "tensorflow" in sys.modules and "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    typer.echo("Loading TensorFlow ... ", nl=False, err=True)
    started = time.perf_counter()
    try:
        with errors_held_back():
            import keras  # noqa: F401
            import tensorflow as tf

            # The search for GPUs writes messages of its own.
            tf.config.list_physical_devices()
    except ImportError as error:
        raise MissingLibraryError(
            f"TensorFlow can't be imported: {error}. Install it again with: "
            "pip install --force-reinstall tensorflow keras"
        ) from error
    typer.echo(f"{time.perf_counter() - started:.1f} s", err=True)


@contextmanager
def errors_held_back() -> Iterator[None]:
    """Keep what is written to the error stream, by C++ code too, and show it only after an error.

    TensorFlow's native code writes to the file descriptor before any of its settings can silence
    it; replacing ``sys.stderr`` does not reach it.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held_back:
        terminal = os.dup(STDERR)
        os.dup2(held_back.fileno(), STDERR)
        failed = False
        try:
            yield
        except Exception:
            failed = True
            raise
        finally:
            sys.stderr.flush()
            os.dup2(terminal, STDERR)
            os.close(terminal)
            if failed:
                held_back.seek(0)
                os.write(STDERR, b"\n" + held_back.read())
