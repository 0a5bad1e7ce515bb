"""What is checked of the code without running it."""

import subprocess
import sys


def check(repository, *command):
    process = subprocess.run(
        [sys.executable, *command], cwd=repository, capture_output=True, text=True
    )
    assert process.returncode == 0, process.stdout + process.stderr


def test_ruff_finds_nothing(repository):
    check(repository, "-m", "ruff", "check", "--no-cache")


def test_ruff_would_format_nothing(repository):
    check(repository, "-m", "ruff", "format", "--check", "--no-cache")


def test_mypy_finds_nothing(repository):
    check(repository, "-m", "mypy")


def test_imports_point_one_way(repository):
    command = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    check(repository, "-c", command)
