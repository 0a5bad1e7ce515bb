"""The table that the package ships says what the installed KerasHub says."""

import gc
import inspect
import re
import weakref
from pathlib import Path

import keras_hub
import pytest
from modelzoo_keras_hub import make_table
from modelzoo_keras_hub.architectures import ARCHITECTURES
from modelzoo_keras_hub.backbones import build
from modelzoo_keras_hub.make_readme import with_table
from modelzoo_keras_hub.sources import SOURCES
from modelzoo_keras_hub.specs import default_arguments
from modelzoo_keras_hub.table import architectures, library_is_newer, presets

README = Path(__file__).parent.parent / "README.md"
FAMILIES = sorted(ARCHITECTURES)

# A newer library may have more than the table, and other addresses.
same_library = pytest.mark.skipif(library_is_newer(), reason="KerasHub is newer than the table")


def published(name):
    return getattr(keras_hub.models, ARCHITECTURES[name].backbone).presets


@same_library
@pytest.mark.parametrize("name", FAMILIES)
def test_the_table_has_all_presets_of_an_architecture_and_no_others(name):
    ours = {each for each, row in presets().items() if row["architecture"] == name}
    assert ours == set(published(name))


@same_library
@pytest.mark.parametrize("name", sorted(presets()))
def test_a_preset_is_where_the_library_says(name):
    row = presets()[name]
    metadata = published(row["architecture"])[name]
    assert row["summary"] == " ".join(metadata["metadata"]["description"].split())
    own = metadata["kaggle_handle"].split("/")[-2] == name
    assert row["handle"] == (metadata["kaggle_handle"] if own else "")


def test_presets_with_another_s_address_are_these():
    without = sorted(name for name, row in presets().items() if not row["handle"])
    assert without == [
        "efficientnet_el_ra_imagenet",
        "efficientnet_em_ra2_imagenet",
        "efficientnet_es_ra_imagenet",
    ]


@pytest.mark.parametrize("name", sorted(presets()))
def test_the_size_of_the_images_is_the_one_in_the_description(name):
    row = presets()[name]
    found = re.search(r"(\d+)x\1\b", row["summary"])
    if found is None:
        pytest.skip("the description has none")
    assert row["size"] == int(found[1])


@pytest.mark.parametrize(
    "name",
    [
        "efficientnet2_rw_t_ra2_imagenet",
        "mobilenet_v3_small_050_imagenet",
        "resnet_vd_18_imagenet",
        "vit_base_patch32_224_imagenet21k",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in (
                "dinov3_vit_7b_lvd1689m",
                "hgnetv2_b4_ssld_stage2_ft_in1k",
                "vgg_11_imagenet",
            )
        ),
    ],
)
def test_a_row_is_what_the_script_makes(name):
    assert make_table.row(name, SOURCES[name]) == presets()[name]


def test_keras_keeps_nothing_of_the_network_of_a_row(monkeypatch):
    """Else it would give all of them memory when it builds the next model: gigabytes."""
    weights = []

    def built(*arguments, **named):
        network = build(*arguments, **named)
        weights.append(weakref.ref(network.weights[0]))
        return network

    monkeypatch.setattr(make_table, "build", built)
    make_table.row("resnet_vd_18_imagenet", SOURCES["resnet_vd_18_imagenet"])
    gc.collect()
    assert [each() is None for each in weights] == [True]


def test_a_network_that_is_described_wrongly_is_noticed(monkeypatch):
    import dataclasses

    source = SOURCES["resnet_vd_18_imagenet"]
    arguments = {**source.arguments, "stackwise_num_blocks": [2, 2, 2, 3]}
    wrong = dataclasses.replace(source, arguments=arguments)
    with pytest.raises(ValueError, match="KerasHub says 11,722,824"):
        make_table.row("resnet_vd_18_imagenet", wrong)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_classes_and_their_arguments_are_the_library_s(name):
    architecture = ARCHITECTURES[name]
    kind = getattr(keras_hub.models, architecture.backbone)
    parameters = set(inspect.signature(kind).parameters)
    assert set(default_arguments(architecture)) <= parameters
    assert architecture.shape_argument in parameters
    if architecture.classifier:
        classifier = getattr(keras_hub.models, architecture.classifier)
        assert classifier.backbone_cls in (kind, None)
        assert set(architecture.plain or {}) <= set(inspect.signature(classifier).parameters)
    assert architectures()[name].keys() == {"features", "parameters"}


def test_every_classifier_of_the_library_is_there():
    offered = {
        name
        for name, kind in inspect.getmembers(keras_hub.models, inspect.isclass)
        if issubclass(kind, keras_hub.models.ImageClassifier) and name != "ImageClassifier"
    }
    assert offered <= {each.classifier for each in ARCHITECTURES.values()}


@same_library
def test_the_readme_says_of_every_other_backbone_for_images_why_it_is_left_out():
    text = README.read_text("utf-8")
    left_out = text[text.index("## What is left out") :]
    ours = {each.backbone for each in ARCHITECTURES.values()}
    base = {"Backbone", "FeaturePyramidBackbone"}
    for name, kind in inspect.getmembers(keras_hub.models, inspect.isclass):
        if issubclass(kind, keras_hub.models.Backbone) and name not in ours | base:
            taken = inspect.signature(kind).parameters
            of_images = {"image_shape", "image_encoder", "vision_encoder", "image_size"} & set(
                taken
            )
            assert name in left_out or not of_images, name


def test_the_readme_has_every_architecture_with_its_presets():
    text = README.read_text("utf-8")
    assert text == with_table(text)
