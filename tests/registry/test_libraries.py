import pytest

from modelzoo.errors import DatasetError, MissingLibraryError
from modelzoo.registry import named_libraries
from modelzoo.registry.libraries import install_command, missing_library


@pytest.mark.parametrize(
    ("error", "library"),
    [
        (ModuleNotFoundError("No module", name="timm"), "timm"),
        (ModuleNotFoundError("No module", name="no_such_library.part"), "no_such_library"),
        (ModuleNotFoundError("No module", name="json.newer"), ""),
        (ModuleNotFoundError("No module", name="wsgiref.newer"), ""),
        (ModuleNotFoundError("No module", name="modelzoo.newer"), ""),
        (ModuleNotFoundError("No module", name="acme_zoo.nets"), ""),
        (ModuleNotFoundError("No module", name="acme_zoo"), ""),
        (ModuleNotFoundError("No module"), ""),
        (ImportError("No name", name="timm"), ""),
        (OSError("No disk"), ""),
    ],
    ids=repr,
)
@pytest.mark.parametrize("wanted_by", ["acme_zoo", "acme_zoo.plugin", "acme_zoo:plugin"])
def test_a_library_is_missing_where_it_is_not_the_importer_s_own(error, library, wanted_by):
    assert missing_library(error, wanted_by) == library


def test_it_is_found_behind_the_errors_that_were_raised_because_of_it():
    again = ImportError("Failed importing timm.")
    again.__cause__ = ModuleNotFoundError("No module named 'timm'", name="timm")
    last = ValueError("There is no such network.")
    last.__cause__ = again
    assert missing_library(last, "acme_zoo") == "timm"


def test_an_error_that_is_its_own_cause_has_no_library():
    error = OSError("No disk")
    error.__cause__ = error
    assert missing_library(error, "acme_zoo") == ""


@pytest.mark.parametrize(
    ("library", "distribution"),
    [
        ("timm", "timm"),
        ("tensorflow_datasets", "tensorflow-datasets"),
        ("PIL", "pillow"),
        ("bs4", "beautifulsoup4"),
        ("sklearn", "scikit-learn"),
    ],
)
def test_a_library_is_installed_by_the_name_of_its_distribution(library, distribution):
    assert install_command(library) == f"pip install {distribution}"


def raised(error):
    with named_libraries("acme_zoo.nets:build", needed_by="model 'acme_net'"):
        raise error


def test_the_error_names_who_needs_the_library_and_the_command_that_installs_it():
    with pytest.raises(MissingLibraryError) as caught:
        raised(ModuleNotFoundError("No module named 'cv2'", name="cv2"))
    assert str(caught.value) == (
        "model 'acme_net' needs the library 'cv2', which is not installed. "
        "Install it, for example with: pip install opencv-python-headless"
    )


@pytest.mark.parametrize(
    "error",
    [
        ValueError("wrong"),
        ImportError("libcudart.so: cannot open shared object file"),
        ModuleNotFoundError("No module named 'acme_zoo.forgotten'", name="acme_zoo.forgotten"),
    ],
    ids=repr,
)
def test_another_error_comes_through_as_it_is(error):
    with pytest.raises(type(error)) as caught:
        raised(error)
    assert caught.value is error


def test_an_error_of_ours_comes_through_whatever_it_was_raised_because_of():
    error = DatasetError("Say where.")
    error.__cause__ = ModuleNotFoundError("No module named 'timm'", name="timm")
    with pytest.raises(DatasetError, match="Say where"):
        raised(error)
