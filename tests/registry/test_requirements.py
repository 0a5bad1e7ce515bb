import subprocess
import sys
from importlib.metadata import Distribution

import pytest

from modelzoo.errors import InvalidSpecError
from modelzoo.registry.requirements import unmet_requirement
from modelzoo.version import __version__


@pytest.fixture
def distribution(tmp_path):
    """A function from requirements to a distribution that has them."""

    def make(*requirements: str) -> Distribution:
        about = tmp_path / "acme-1.0.dist-info"
        about.mkdir()
        lines = [f"Requires-Dist: {each}" for each in requirements]
        (about / "METADATA").write_text(
            "\n".join(["Metadata-Version: 2.1", "Name: acme", "Version: 1.0", *lines, ""])
        )
        return Distribution.at(about)

    return make


def unmet(distribution, version="1.4"):
    return unmet_requirement(distribution, version=version)


@pytest.mark.parametrize(
    "requirement",
    [
        "tf-modelzoo",
        "tf-modelzoo>=1.4",
        "TF_ModelZoo >= 1.0, < 2",
        "tf-modelzoo (>=1.0)",
        "tf-modelzoo[docs]>=1.0",
        "tf-modelzoo[docs]",
        "tf-modelzoo~=1.2",
        "tf-modelzoo==1.*",
        "tf-modelzoo!=1.3",
        "tf-modelzoo @ https://example.org/tf_modelzoo-1.4-py3-none-any.whl",
        "tf-modelzoo; python_version > '3'",
        # None of these is for this system, or for who did not ask for it.
        "tf-modelzoo>=9; python_version < '3'",
        "tf-modelzoo>=9; extra == 'next'",
        # Another one's.
        "modelzoo>=9",
        "tf-modelzoo-more>=9",
        "numpy>=2",
    ],
)
def test_a_requirement_that_is_met_is_not_spoken_of(distribution, requirement):
    assert unmet(distribution(requirement)) == ""


@pytest.mark.parametrize(
    ("requirement", "needs"),
    [
        ("tf-modelzoo>=9", ">=9"),
        ("tf-modelzoo>1.4", ">1.4"),
        ("TF_ModelZoo (>=9)", ">=9"),
        ("tf-modelzoo[docs]>=9", ">=9"),
        ("tf-modelzoo~=1.5", "~=1.5"),
        ("tf-modelzoo==2.*", "==2.*"),
        ("tf-modelzoo==2", "==2"),
        ("tf-modelzoo>=9,<10", "<10,>=9"),
        ("tf-modelzoo>=9; python_version > '3'", ">=9"),
    ],
)
def test_a_newer_one_that_is_needed_is_named_with_the_command_that_brings_it(
    distribution, requirement, needs
):
    assert unmet(distribution(requirement)) == (
        f"needs tf-modelzoo{needs}, this is 1.4: pip install -U tf-modelzoo"
    )


@pytest.mark.parametrize("specifier", ["<1.0", "<=1.3", "==1.3", "~=1.3.0", "==0.*", "!=1.4"])
def test_where_this_one_is_too_new_the_plugin_is_to_be_updated(distribution, specifier):
    assert unmet(distribution(f"tf-modelzoo{specifier}")) == (
        f"needs tf-modelzoo{specifier}, this is 1.4: pip install -U acme"
    )


@pytest.mark.parametrize(
    ("specifier", "version", "met"),
    [
        (">=1.4", "1.5.dev1", True),
        (">=1.4", "1.5rc1", True),
        (">=1.5", "1.5rc1", False),
        (">=1.5.dev0", "1.5.dev1", True),
        (">=1.5", "1.5+local", True),
        (">=1.5", "1.5.post1", True),
    ],
)
def test_a_pre_release_meets_what_it_is_late_enough_for(distribution, specifier, version, met):
    assert (unmet(distribution(f"tf-modelzoo{specifier}"), version) == "") == met


def test_all_requirements_count(distribution):
    several = distribution("numpy", "tf-modelzoo>=1.0", "tf-modelzoo>=9; python_version > '3'")
    assert unmet(several).startswith("needs tf-modelzoo>=9")


def test_no_requirements_are_met(distribution):
    assert unmet_requirement(distribution()) == ""


def test_the_version_is_this_one(distribution):
    assert f"this is {__version__}:" in unmet_requirement(distribution("tf-modelzoo>=999"))


def test_a_requirement_that_can_not_be_read_is_refused(distribution):
    with pytest.raises(InvalidSpecError, match="its requirement 'tf-modelzoo>>9' can't be read"):
        unmet(distribution("tf-modelzoo>>9"))


@pytest.mark.parametrize(
    ("requirement", "imported"),
    [("tf-modelzoo", False), ("tf-modelzoo[docs]; python_version > '3'", False),
     ("tf-modelzoo>=0.1", True)],
)  # fmt: skip
def test_the_library_for_versions_is_imported_for_a_version_only(
    distribution, requirement, imported
):
    about = distribution(requirement)._path
    code = (
        "import sys; from importlib.metadata import Distribution; from pathlib import Path\n"
        "from modelzoo.registry.requirements import unmet_requirement\n"
        f"unmet_requirement(Distribution.at(Path({str(about)!r})))\n"
        "print('packaging' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(imported)
