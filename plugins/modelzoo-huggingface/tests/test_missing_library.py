"""Without the Hub's libraries the error names the command that installs them."""

import subprocess
import sys

import pytest

BLOCKED = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == {library!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
{code}
"""


@pytest.mark.parametrize(
    ("library", "code"),
    [
        ("datasets", "import modelzoo; modelzoo.load_dataset('hf/ada/pets')"),
        ("huggingface_hub", "from modelzoo_huggingface import push"),
        ("huggingface_hub", "from modelzoo_huggingface import pull"),
    ],
)
def test_a_missing_library_is_named_with_its_command(library, code):
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED.format(library=library, code=code)],
        capture_output=True,
        text=True,
    )
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("modelzoo.errors.MissingLibraryError: ")
    assert last.replace("-", "_").endswith(f"pip install {library}")
