"""Having a set downloaded and prepared by TensorFlow Datasets, which is done once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import tensorflow_datasets as tfds

from modelzoo import errors
from modelzoo.errors import DatasetError, ModelZooError
from modelzoo.registry import named_libraries
from modelzoo_tfds.builders import PREPARED, find_builder, is_prepared
from modelzoo_tfds.failures import check_manual_files, check_network, explained, make_folder
from modelzoo_tfds.quiet import quiet_logs

__all__ = ["prepare"]

# The descriptor, which is there, too, where sys.stderr is something else (in a notebook, say).
_STANDARD_ERROR = 2


def prepare(builder: tfds.core.DatasetBuilder, name: str, data_dir: Path | None) -> bool:
    """Download and prepare a set where it is not prepared yet.

    TensorFlow Datasets encodes images by TensorFlow, which can't be given the threads that make
    trainings fast once it has computed anything. So a set that it brings is prepared in another
    process; one whose class was defined here can only be prepared here.

    Args:
        builder: The set's builder.
        name: The set as TensorFlow Datasets writes it.
        data_dir: Where it is to be prepared; ``None``: where TensorFlow Datasets has them.

    Returns:
        Whether it was prepared now.

    Raises:
        DatasetError: Files have to be downloaded by hand, or TensorFlow Datasets can't prepare
            it; the message has its reason.
        DownloadError: What it is made of can't be downloaded, or is not what it should be.
        StorageError: There is no room for it.
        MissingLibraryError: It needs a library that is not installed.
    """
    if is_prepared(builder):
        return False
    check_manual_files(builder)
    check_network(builder)
    if type(builder).__module__.partition(".")[0] == tfds.__name__:
        _prepare_elsewhere(name, data_dir)
    else:
        _prepare_here(builder)
    if not is_prepared(builder):
        raise DatasetError(
            f"{builder.data_dir} is there and is not a whole set: it has no {PREPARED}. "
            "Delete the folder and start again."
        )
    return True


def _prepare_here(builder: tfds.core.DatasetBuilder) -> None:
    make_folder(builder)
    try:
        # What it prints is for people, and standard output may be for a program.
        with (
            named_libraries(__name__, needed_by=f"the set {builder.info.full_name!r}"),
            redirect_stdout(sys.stderr),
        ):
            builder.download_and_prepare()
    except Exception as error:
        # Another process may have been faster, and has left it where this one wanted to.
        if not is_prepared(builder):
            raise explained(error, builder) from error


def _prepare_elsewhere(name: str, data_dir: Path | None) -> None:
    arguments = [name] if data_dir is None else [name, str(data_dir)]
    with TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(answer), *arguments],
            stdout=_STANDARD_ERROR,
            env={
                "TF_CPP_MIN_LOG_LEVEL": "3",
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            check=False,
        )
        if done.returncode or not answer.exists():
            raise DatasetError(
                f"The process in which TensorFlow Datasets prepares {name!r} has ended with code "
                f"{done.returncode} before it was done. What it printed says more; if there is "
                "nothing, the system may have ended it for want of memory."
            )
        failure = json.loads(answer.read_text(encoding="utf-8"))
    if failure:
        raise getattr(errors, failure["error"])(failure["message"])


def _main(answer: str, name: str, data_dir: str | None = None) -> None:
    """Prepare a set; writes a JSON object that is empty, or says what went wrong."""
    if not sys.stderr.isatty():
        tfds.disable_progress_bar()
    try:
        with quiet_logs():
            _prepare_here(find_builder(name, None if data_dir is None else Path(data_dir)))
        failure = {}
    except ModelZooError as error:
        failure = {"error": type(error).__name__, "message": str(error)}
    Path(answer).write_text(json.dumps(failure), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
