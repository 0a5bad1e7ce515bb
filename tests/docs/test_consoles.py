"""What the pages for authors show of a terminal is what is printed there."""

import doctest
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

AUTHORS = Path(__file__).resolve().parents[2] / "docs" / "authors"
# Those with a training in them, or with models that are built.
SLOW = {"testing"}

# Where one of these is set, pytest says more than to a reader of the page.
OF_A_CI = {"CI", "BUILD_NUMBER"}

BLOCK = re.compile(
    r"^```(?:\{code-block\} \w+\n:caption: (?P<file>\S+/\S+)\n\n|(?P<language>console)\n)"
    r"(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
# Different each time: how long things took, and how far they are.
TIMES = re.compile(r"(?<=loaded|failed) +\d+\.\d|\d+\.\d+ ?s\b|^(?:Loading|Checking) .*\n", re.M)
# Where the page says "...", there may be anything; and it breaks lines as it likes.
LIKE_THE_PAGE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass
class Section:
    """A section of a page: the packages that it shows, and what is typed and printed then.

    Attributes:
        title: Its heading.
        files: Texts by ``DISTRIBUTION/FILE``, installed before anything is typed.
        typed: Commands with what they print.
    """

    title: str
    files: dict[str, str] = field(default_factory=dict)
    typed: list[tuple[str, str]] = field(default_factory=list)


def sections(page: str) -> list[Section]:
    found = []
    for part in re.split(r"^## ", (AUTHORS / f"{page}.md").read_text("utf-8"), flags=re.MULTILINE):
        section = Section(part.partition("\n")[0])
        for block in BLOCK.finditer(part):
            if block["file"]:
                section.files[block["file"]] = block["text"]
            else:
                section.typed += re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block["text"], re.M)
        if section.typed:
            found.append(section)
    return found


def install(files: dict[str, str], folder: Path) -> list[Path]:
    """Write packages with their metadata; the folders from which they are imported."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    folders = [folder / each for each in dict.fromkeys(each.split("/")[0] for each in files)]
    for each in folders:
        write_metadata(each)
    return folders


def write_metadata(folder: Path) -> None:
    announced = folder / "pyproject.toml"
    project = tomllib.loads(announced.read_text())["project"] if announced.exists() else {}
    version, needed = project.get("version", "1.0"), project.get("dependencies", ["tf-modelzoo"])
    about = folder / f"{folder.name.replace('-', '_')}-{version}.dist-info"
    about.mkdir()
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {folder.name}",
        f"Version: {version}",
        "Summary: From a page",
        "License-Expression: MIT",
        *(f"Requires-Dist: {each}" for each in needed),
    ]
    (about / "METADATA").write_text("\n".join(lines) + "\n")
    plugins = [
        f"{each.stem.removesuffix('_zoo')} = {each.stem}" for each in folder.glob("*_zoo.py")
    ]
    (about / "entry_points.txt").write_text("\n".join(["[modelzoo]", *plugins, ""]))


def printed(line: str, folder: Path, path: list[Path]) -> str:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MODELZOO_") and name not in OF_A_CI
    }
    kernels = os.environ["MODELZOO_KERNELS"]
    process = subprocess.run(
        ["bash", "-c", line],
        cwd=path[0] if path else folder,
        env={
            **kept,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]]),
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "MODELZOO_CACHE": str(folder / "cache"),
            "MODELZOO_KERNELS": kernels,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return process.stdout


@pytest.mark.parametrize(
    ("page", "section"),
    [
        pytest.param(
            page,
            section,
            id=f"{page}-{section.title}",
            marks=[pytest.mark.slow] * (page in SLOW),
        )
        for page in ("specs", "names", "never", "testing")
        for section in sections(page)
    ],
)
def test_what_is_typed_prints_what_is_shown(page, section, tmp_path):
    path = install(section.files, tmp_path)
    for line, shown in section.typed:
        got = printed(line, tmp_path, path)
        same = doctest.OutputChecker().check_output(
            TIMES.sub("", shown), TIMES.sub("", got), LIKE_THE_PAGE
        )
        assert same, f"$ {line}\n{got}"
