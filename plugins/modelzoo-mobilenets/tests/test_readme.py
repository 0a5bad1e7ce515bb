"""What the README says is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from modelzoo_mobilenets.make_readme import BEGIN, END, model_table

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_its_table_of_models_is_the_one_that_is_made():
    assert README.partition(BEGIN)[2].partition(END)[0] == f"\n{model_table()}\n"


@pytest.mark.parametrize("code", blocks("python"))
def test_its_python_runs(code):
    exec(compile(code, "README.md", "exec"), {})


QUESTIONS = [
    line
    for block in blocks("bash")
    for line in block.splitlines()
    if line.startswith(("modelzoo list", "modelzoo info"))
]


@pytest.mark.parametrize("command", QUESTIONS)
def test_its_questions_have_answers(command):
    arguments = command.replace('"', "").split()[1:]
    done = subprocess.run(
        [sys.executable, "-m", "modelzoo", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "mobilenet_v3" in done.stdout
