"""The tutorial for authors, followed word for word in a fresh environment."""

import re
import subprocess
from pathlib import Path

import pytest
from virtual_environment import VirtualEnvironment, wheel

PAGE = "docs/authors/tutorial.md"
BLOCK = re.compile(
    r"^```(?:\{code-block\} \w+\n:caption: (?P<file>\S+)\n\n|(?P<language>\w+)\n)"
    r"(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
# Everything is in the environment already, and no index is asked.
PIP = "PIP_NO_INDEX=1 PIP_NO_DEPS=1 PIP_NO_BUILD_ISOLATION=0 PIP_DISABLE_PIP_VERSION_CHECK=1"


@pytest.fixture(scope="module")
def followed(repository, tmp_path_factory) -> dict[str, str]:
    """What each command of the page printed, by its line; those that publish are not run."""
    environment = VirtualEnvironment(tmp_path_factory.mktemp("environment"))
    environment.install(wheel(repository, tmp_path_factory.mktemp("wheel")))
    folder = tmp_path_factory.mktemp("modelzoo-owls")
    printed = {}
    for block in BLOCK.finditer((repository / PAGE).read_text("utf-8")):
        if block["file"]:
            file = folder / block["file"]
            file.parent.mkdir(exist_ok=True)
            file.write_text(block["text"])
        elif block["language"] == "bash":
            for line in block["text"].splitlines():
                printed[line] = shell(line, folder, environment)
    return printed


def shell(line: str, folder: Path, environment: VirtualEnvironment) -> str:
    bin_folder = environment.python.parent
    line = line.replace("python -m build", "python -m build --no-isolation")
    process = subprocess.run(
        ["bash", "-c", f'export {PIP} PATH="{bin_folder}:$PATH"\n{line}'],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, f"{line}\n{process.stdout}{process.stderr}"
    return process.stdout


@pytest.mark.slow
def test_every_command_of_the_tutorial_works(followed):
    assert len(followed) >= 10


@pytest.mark.slow
def test_the_model_is_listed(followed):
    assert "owl_net" in followed['modelzoo list models "owl*"']


@pytest.mark.slow
def test_the_recipe_finds_owls(followed):
    accuracy = re.search(
        r"test accuracy (0\.\d+|1\.0+)", followed["modelzoo train --recipe owls_quick"]
    )
    assert float(accuracy[1]) > 0.8


@pytest.mark.slow
def test_the_kit_finds_nothing_to_blame(followed):
    summary = followed["python -m pytest -q tests"].splitlines()[-1]
    assert "passed" in summary
    assert "failed" not in summary


def test_every_block_of_the_tutorial_is_a_file_a_command_or_for_the_eye(repository):
    text = (repository / PAGE).read_text("utf-8")
    assert text.count("\n```") == 2 * len(BLOCK.findall(text))
