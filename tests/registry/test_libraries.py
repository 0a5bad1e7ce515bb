import pytest

from modelzoo.registry.libraries import install_command, missing_library


@pytest.mark.parametrize(
    ("error", "library"),
    [
        (ModuleNotFoundError("No module", name="timm"), "timm"),
        (ModuleNotFoundError("No module", name="timm.models"), "timm"),
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


@pytest.mark.parametrize(
    ("library", "distribution"),
    [
        ("timm", "timm"),
        ("tensorflow_datasets", "tensorflow-datasets"),
        ("PIL", "pillow"),
        ("sklearn", "scikit-learn"),
    ],
)
def test_a_library_is_installed_by_the_name_of_its_distribution(library, distribution):
    assert install_command(library) == f"pip install {distribution}"
