"""What a card says: metadata that the Hub reads, and numbers that were measured."""

import copy

import pytest
from huggingface_hub import ModelCard
from modelzoo_huggingface.card import model_card


@pytest.fixture
def info(run):
    """A copy of what a run says, to be changed."""
    return copy.deepcopy(run.info)


def metadata(info, licence=None):
    return ModelCard(model_card(info, "ada/net", licence=licence)).data


def test_the_metadata_names_licence_tags_and_what_it_is_for(info):
    data = metadata(info, licence="mit")
    assert data.license == "mit"
    assert data.tags == ["modelzoo", "keras", "image-classification"]
    assert data.pipeline_tag == "image-classification"


def test_without_a_licence_none_is_named(info):
    assert metadata(info).license is None


def test_the_results_are_those_of_the_run_and_no_others(info, run):
    found = {
        f"{each.dataset_split}_{each.metric_type}": each.metric_value
        for each in metadata(info).eval_results
    }
    assert found == run.results


def test_without_results_there_are_no_numbers(info):
    info["results"] = {}
    card = model_card(info, "ada/net", licence=None)
    assert "model-index" not in card
    assert "None were measured." in card


def test_a_dataset_of_the_hub_is_linked_with_its_revision(info):
    info["dataset"]["spec"]["name"] = "hf/ada/pets"
    info["dataset_options"] = {"revision": "v1", "config": "small"}
    data = metadata(info)
    assert data.datasets == ["ada/pets"]
    found = {
        (each.dataset_type, each.dataset_revision, each.dataset_config)
        for each in data.eval_results
    }
    assert found == {("ada/pets", "v1", "small")}


def test_a_folder_is_not_taken_for_the_dataset_that_it_is_called_like(info):
    info["dataset"]["spec"]["name"] = "hf/ada/pets"
    info["data_dir"] = "/home/ada/pets"
    assert metadata(info).datasets is None


def test_weights_that_it_began_with_are_named(info):
    info["weights"] = "/home/ada/runs/first"
    assert "| began with | first |" in model_card(info, "ada/net", licence=None)


def test_a_dataset_of_elsewhere_is_not_taken_for_one_of_the_hub(info):
    assert metadata(info).datasets is None


def test_values_are_not_called_a_classification(info):
    info["task"]["spec"] = {"name": "regression", "labels": "value"}
    data = metadata(info)
    assert data.tags == ["modelzoo", "keras", "regression"]
    assert data.pipeline_tag is None


def test_packages_that_it_needs_are_named(info):
    info["model"]["provenance"]["distribution"] = "modelzoo-acme"
    assert "pip install tf-modelzoo modelzoo-huggingface modelzoo-acme\n" in model_card(
        info, "ada/net", licence=None
    )


def test_the_code_of_the_card_builds_the_model(info, run):
    info["model_options"] = {"alpha": 0.5}
    lines = model_card(info, "ada/net", licence=None).splitlines()
    first = lines.index("model = modelzoo.get(")
    called = "".join(lines[first : lines.index(")", first) + 1]).removeprefix("model = modelzoo.")
    said = eval(called, {"get": lambda *names, **options: (names, options), "folder": None})
    assert said == (
        ("mobilenet_v1_mini",),
        {
            "task": "binary",
            "num_classes": 2,
            "input_shape": (24, 24, 3),
            "alpha": 0.5,
            "weights": None,
        },
    )


def test_many_classes_are_counted(info):
    info["classes"] = [f"class {each}" for each in range(1000)]
    assert "`class 19` and 980 more |" in model_card(info, "ada/net", licence=None)


def test_a_name_can_not_break_a_table(info):
    info["classes"] = ["a|b", "c"]
    assert "| `a\\|b`, `c` |" in model_card(info, "ada/net", licence=None)


def test_an_optimizer_object_is_named_by_its_class(info):
    info["config"]["optimizer"] = {"class_name": "SGD", "config": {"momentum": 0.9}}
    assert "| optimizer | SGD |" in model_card(info, "ada/net", licence=None)
