"""What the README shows works."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def test_its_first_example_builds_two_models():
    [code] = re.findall(r"```python\n(import modelzoo\n.*?)```", README.read_text("utf-8"), re.S)
    names = {}
    exec(code, names)
    assert names["model"].output_shape[-1] == 512
