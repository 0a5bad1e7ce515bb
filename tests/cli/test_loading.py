import os
import subprocess
import sys
from pathlib import Path

from modelzoo.cli.loading import errors_held_back


def run(code: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
    )


def test_what_native_code_writes_is_held_back():
    code = (
        "import os; from modelzoo.cli.loading import errors_held_back\n"
        "with errors_held_back():\n"
        "    os.write(2, b'chatter')\n"
        "os.write(2, b'afterwards')"
    )
    assert run(code).stderr == "afterwards"


def test_it_is_shown_where_the_code_fails():
    code = (
        "import os; from modelzoo.cli.loading import errors_held_back\n"
        "try:\n"
        "    with errors_held_back():\n"
        "        os.write(2, b'the reason')\n"
        "        raise ImportError\n"
        "except ImportError:\n"
        "    pass\n"
    )
    assert run(code).stderr == "\nthe reason"


def descriptors() -> list[str]:
    return sorted(each.name for each in Path("/proc/self/fd").iterdir())


def test_descriptors_are_given_back():
    before = descriptors()
    with errors_held_back():
        pass
    assert descriptors() == before


def test_a_broken_tensorflow_is_one_error_with_what_it_wrote(tmp_path):
    (tmp_path / "tensorflow.py").write_text(
        "import os; os.write(2, b'symbol not found'); raise ImportError('broken library')"
    )
    (tmp_path / "keras.py").write_text("import tensorflow")
    code = (
        "from modelzoo.cli.loading import load_tensorflow\n"
        "from modelzoo.errors import MissingLibraryError\n"
        "try:\n"
        "    load_tensorflow()\n"
        "except MissingLibraryError as error:\n"
        "    print(error)\n"
    )
    done = run(code, PYTHONPATH=str(tmp_path))
    assert done.stderr == "Loading TensorFlow ... \nsymbol not found"
    assert done.stdout.startswith("TensorFlow can't be imported: broken library. Install it again")


def test_loading_says_how_long_it_took_and_nothing_else():
    code = "from modelzoo.cli.loading import load_tensorflow; load_tensorflow(); load_tensorflow()"
    done = run(code, TF_CPP_MIN_LOG_LEVEL="0")
    assert done.returncode == 0
    announced, _, seconds = done.stderr.partition(" ... ")
    assert announced == "Loading TensorFlow"
    assert float(seconds.removesuffix(" s\n")) > 0
