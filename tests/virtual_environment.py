"""A fresh virtual environment with real wheels in it."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

__all__ = ["VirtualEnvironment", "wheel"]


class VirtualEnvironment:
    """A fresh one, which finds heavy libraries where this Python has them and nothing of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        self.python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        packages = self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        # Folders named in a .pth come after the environment's own, and their own .pth files, such
        # as that of an editable installation, are not read.
        Path(packages, "libraries.pth").write_text("\n".join(sorted(here)) + "\n")

    def run(self, *arguments: str | Path) -> str:
        process = self.process(*arguments)
        assert process.returncode == 0, process.stdout + process.stderr
        return process.stdout

    def process(self, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MODELZOO_", "PYTHON"))
        }
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env={**environ, "MODELZOO_CACHE": str(self.folder / "cache"), **variables},
            capture_output=True,
            text=True,
        )

    def answer(self, code: str, *arguments: str) -> Any:
        return json.loads(self.run("-c", code, *arguments).splitlines()[-1])

    def install(self, *wheels: Path) -> None:
        self.pip("install", "--no-index", "--no-deps", *wheels)

    def pip(self, *arguments: str | Path) -> None:
        self.run("-m", "pip", "--disable-pip-version-check", "-q", *arguments)


def wheel(project: Path, folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=project,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))
