"""Compiling the kernels on the machine that they run on, once, and loading them."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import platform
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import tensorflow as tf

from modelzoo.errors import StorageError
from modelzoo.progress import announced
from modelzoo.storage import atomic_file, cache_folder, make_folder

__all__ = ["Library", "kernels", "load_library"]

SOURCE = Path(__file__).with_name("kernels.cc")
COMPILERS = ("c++", "g++", "clang++")
# Without trapping and errno, clipping becomes single instructions; NaN keeps its meaning.
FLAGS = (
    "-O3", "-march=native", "-std=c++17", "-fPIC", "-shared", "-fno-math-errno",
    "-fno-trapping-math",
)  # fmt: skip
_TIMEOUT_SECONDS = 300
_AGAIN = "Delete it to have it compiled again."


@dataclasses.dataclass(frozen=True, slots=True)
class Library:
    """The kernels, or why there are none.

    Attributes:
        operations: TensorFlow's module of their operations; ``None`` where there are none.
        name: Which source and compiler they come from; ``"none"`` where there are none.
        compiler: What the compiler says of itself; ``"none"`` where there are none.
        reason: Why there are none, and what to do about it.
    """

    operations: Any
    name: str
    compiler: str
    reason: str = ""


@functools.cache
def load_library() -> Library:
    """The kernels of this machine; the first time they are compiled, in about ten seconds.

    They are kept in the folder that ``MODELZOO_KERNELS`` names, else in the cache folder, by
    source, compiler, processor and version of TensorFlow.
    ``MODELZOO_NATIVE=0`` turns them off. The compiler is ``$CXX``, else the first of ``c++``,
    ``g++`` and ``clang++`` that is there.

    Example:
        >>> library = load_library()
        >>> (library.operations is None) == (library.name == "none") == bool(library.reason)
        True
    """
    if os.environ.get("MODELZOO_NATIVE") == "0":
        return _none("MODELZOO_NATIVE=0 turns them off.")
    compiler = _compiler()
    if not compiler:
        named = os.environ.get("CXX")
        missing = f"There is no {named!r}, which CXX names" if named else "There is no C++ compiler"
        return _none(f"{missing}. Install one, such as g++, or name it: CXX=PATH.")
    try:
        about = _about(compiler)
        name = _digest([*compiler[1:], about])
    except OSError as error:
        return _none(f"{compiler[0]} can't be run: {error}. Name another compiler: CXX=PATH.")
    path = _folder() / f"{name}.so"
    try:
        if not path.exists():
            _compile(compiler, path)
        operations = tf.load_op_library(str(path))
    except StorageError as error:
        return _none(f"{error} The variable MODELZOO_KERNELS=FOLDER names another.")
    except subprocess.SubprocessError as error:
        output = getattr(error, "stderr", None) or str(error)
        return _none(f"{compiler[0]} can't compile them: {' '.join(output.split())[:500]}")
    except (OSError, tf.errors.OpError) as error:
        return _none(f"{path} can't be loaded: {error}. {_AGAIN}")
    absent = [each for each in _names() if not hasattr(operations, each)]
    if absent:
        return _none(f"{path} does not give TensorFlow {', '.join(absent)}. {_AGAIN}")
    return Library(operations, name, about)


def kernels() -> Any:
    """The module of the kernels' operations, where :func:`load_library` has found them."""
    return load_library().operations


def _none(reason: str) -> Library:
    return Library(None, "none", "none", reason)


def _names() -> list[str]:
    """The operations that the source registers."""
    return re.findall(r'"(Modelzoo\w+)"', SOURCE.read_text(encoding="utf-8"))


def _compiler() -> list[str]:
    """The beginning of the command; nothing where there is no compiler."""
    # CXX may be more than a name: "ccache g++".
    named = shlex.split(os.environ.get("CXX", ""))
    if named:
        return named if shutil.which(named[0]) else []
    return list(filter(None, map(shutil.which, COMPILERS)))[:1]


def _folder() -> Path:
    chosen = os.environ.get("MODELZOO_KERNELS")
    return Path(chosen).expanduser().absolute() if chosen else cache_folder() / "kernels"


def _about(compiler: list[str]) -> str:
    """The first line of what a compiler says of itself."""
    done = subprocess.run([*compiler, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout.splitlines() or ["a compiler without a name"])[0]


def _digest(compiler: list[str]) -> str:
    """Names all that the kernels' bits depend on, and no folder of this machine."""
    about = [*FLAGS, *compiler, tf.__version__, _processor()]
    digest = hashlib.blake2b("\0".join(about).encode(), digest_size=8)
    for each in [SOURCE, *sorted(SOURCE.parent.glob("*.h"))]:
        digest.update(each.read_bytes())
    return digest.hexdigest()


def _processor() -> str:
    """What decides which instructions ``-march=native`` may use."""
    about = Path("/proc/cpuinfo")
    if not about.exists():
        return platform.processor()
    lines = about.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")


def _compile(compiler: list[str], path: Path) -> None:
    command = [*compiler, *FLAGS, f"-I{tf.sysconfig.get_include()}", str(SOURCE)]
    make_folder(path.parent)
    with announced("Compiling kernels"), atomic_file(path) as temporary:
        subprocess.run(
            [*command, "-o", str(temporary), *tf.sysconfig.get_link_flags()],
            capture_output=True,
            text=True,
            check=True,
            timeout=_TIMEOUT_SECONDS,
        )
