"""Kernels are compiled by real compilers, once, in processes of their own."""

import shutil
import subprocess
import sys

import pytest

PROGRAM = "from modelzoo.layers.native import load_library; print(load_library())"

COMPILER = shutil.which("c++") or shutil.which("g++")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="there is no C++ compiler")


@pytest.fixture
def load(cache, monkeypatch):
    """Loads the library in a process and returns what it printed."""
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    monkeypatch.delenv("MODELZOO_KERNELS", raising=False)

    def load(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))
        done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
        sys.stderr.write(done.stderr)
        assert done.returncode == 0
        return done.stdout

    return load


@pytest.fixture
def script(tmp_path):
    """Makes a program of the shell and returns its path."""

    def script(text):
        path = tmp_path / "compiler"
        path.write_text(text)
        path.chmod(0o755)
        return path

    return script


def assert_none(printed, reason):
    assert "operations=None, name='none'" in printed
    assert reason in printed


def test_a_variable_turns_them_off(load):
    assert_none(load(MODELZOO_NATIVE="0"), "MODELZOO_NATIVE=0 turns them off.")


def test_without_a_compiler_there_are_none(load):
    assert_none(load(PATH="", CXX=""), "There is no C++ compiler. Install one, such as g++")


def test_a_compiler_that_is_not_there_is_named(load):
    assert_none(load(CXX="/nonexistent"), "There is no '/nonexistent', which CXX names.")


def test_a_compiler_that_fails_gives_its_reason(load, script, cache):
    failing = script("#!/bin/sh\necho 'no   such\ninstruction' >&2; exit 1\n")
    assert_none(load(CXX=failing), f"{failing} can't compile them: no such instruction")
    assert not [each for each in cache.rglob("*") if each.is_file()]


def test_a_file_that_is_no_program_is_no_compiler(load, script):
    bad = script("not a program")
    assert_none(load(CXX=bad), f"{bad} can't be run: [Errno 8] Exec format error")


def test_a_cache_that_can_not_be_written_is_named(load):
    assert_none(load(MODELZOO_KERNELS="/proc/nowhere"), "/proc/nowhere can't be written")


def test_what_can_not_be_loaded_is_named(load, script):
    """A compiler that writes nonsense to the file after ``-o``."""
    nonsense = script(
        '#!/bin/sh\nfor each; do [ "$last" = -o ] && echo x > "$each"; last=$each; done'
    )
    assert_none(load(CXX=nonsense), ".so can't be loaded: ")


@needs_compiler
def test_a_library_without_the_operations_is_none(load, script, tmp_path):
    """A compiler that compiles something else."""
    (tmp_path / "empty.cc").write_text("int nothing;")
    other = script(
        '#!/bin/sh\nfor each; do [ "$last" = -o ] && to=$each; last=$each; done\n'
        f'[ -z "$to" ] && exec {COMPILER} "$@"\n'
        f'exec {COMPILER} -shared -fPIC {tmp_path}/empty.cc -o "$to"\n'
    )
    printed = load(CXX=other)
    assert_none(printed, ".so does not give TensorFlow ModelzooBatchNormMoments, ")
    assert "ModelzooImageDepthwiseGradient. Delete it to have it compiled again." in printed


@needs_compiler
@pytest.mark.slow
def test_compiling_is_said_and_that_it_was_done_before_is_not(load, capfd):
    load()
    load()
    assert capfd.readouterr().err.count("Compiling kernels ...") == 1


@needs_compiler
@pytest.mark.slow
def test_they_are_compiled_once_and_nothing_else_is_left(load, script, cache, tmp_path):
    counting = script(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\nexec {COMPILER} "$@"\n')
    first, second = load(CXX=counting), load(CXX=counting)
    assert "operations=<module" in first
    assert first.partition("name=")[2] == second.partition("name=")[2]
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len([each for each in calls if "-o" in each.split()]) == 1
    assert [each.suffix for each in cache.rglob("*") if each.is_file()] == [".so"]


@needs_compiler
@pytest.mark.slow
def test_a_compiler_is_named_with_its_arguments(load):
    assert "operations=<module" in load(CXX=f"{COMPILER} -O1")


@needs_compiler
@pytest.mark.slow
def test_a_compiler_that_is_stopped_leaves_nothing(load, script, cache):
    """It has written a part of the library when it dies."""
    dying = script(
        '#!/bin/sh\nfor each; do [ "$last" = -o ] && echo x > "$each" && kill -9 $$; '
        "last=$each; done\n"
    )
    assert_none(load(CXX=dying), "can't compile them: ")
    assert not [each for each in cache.rglob("*") if each.is_file()]
    assert "operations=<module" in load(CXX=COMPILER)
