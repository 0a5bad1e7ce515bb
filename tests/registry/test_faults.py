import pytest

from modelzoo.errors import HeavyImportError, InvalidSpecError
from modelzoo.registry.faults import fault_line
from modelzoo.version import __version__


class ShyError(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError("no disk"), "modelzoo_models raised OSError: no disk"),
        (SystemExit(), "modelzoo_models raised SystemExit"),
        (ValueError("two\n  lines"), "modelzoo_models raised ValueError: two lines"),
        (ShyError(), "modelzoo_models raised ShyError: (an error that can't be shown)"),
        (InvalidSpecError("That is wrong."), "modelzoo_models: That is wrong"),
        (HeavyImportError("imports 'torch'"), "imports 'torch'"),
        (
            ModuleNotFoundError("No module named 'cv2'", name="cv2"),
            "needs the library 'cv2', which is not installed: pip install opencv-python-headless",
        ),
        (
            ImportError("cannot import name 'Zoo'", name="modelzoo"),
            "modelzoo_models raised ImportError: cannot import name 'Zoo'. It may need a newer "
            f"tf-modelzoo than {__version__}: pip install -U tf-modelzoo",
        ),
        (
            ModuleNotFoundError("No module named 'modelzoo.new'", name="modelzoo.new"),
            "modelzoo_models raised ModuleNotFoundError: No module named 'modelzoo.new'. It may "
            f"need a newer tf-modelzoo than {__version__}: pip install -U tf-modelzoo",
        ),
        (
            ImportError("cannot import name 'nets'", name="acme"),
            "modelzoo_models raised ImportError: cannot import name 'nets'",
        ),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, BaseException) else "",
)
def test_one_line_says_what_went_wrong_and_what_to_do(error, line):
    assert fault_line(error, doing="modelzoo_models", module="acme.plugin") == line
