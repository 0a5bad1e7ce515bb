"""The fetcher and the converter of the page of specs work together."""

import hashlib
import re
from dataclasses import replace

import keras
import numpy as np
import pytest

import modelzoo
from modelzoo.registry import ModelSpec
from modelzoo.weights import load_named_weights

BACKBONE = """
def build(input_shape):
    images = keras.Input(input_shape)
    return keras.Model(images, keras.layers.Conv2D(4, 3, name="first")(images))
"""


@pytest.fixture
def page(repository, monkeypatch, tmp_path) -> dict:
    """What the Python of the page defines, as a module that specs can name."""
    text = (repository / "docs" / "authors" / "specs.md").read_text("utf-8")
    (tmp_path / "page_of_specs.py").write_text(
        "import keras\n"
        + "\n".join(re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
        + BACKBONE
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path / "keras"))
    import page_of_specs

    return vars(page_of_specs)


def test_a_published_file_is_fetched_verified_and_taken_over(page, tmp_path):
    published = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.GlobalMaxPool2D()]
    )
    published.save(tmp_path / "owl_net.h5")
    page["HASHES"]["nights"] = hashlib.md5((tmp_path / "owl_net.h5").read_bytes()).hexdigest()
    weights = replace(
        page["weights"],
        url=(tmp_path / "owl_net.h5").as_uri(),
        fetcher="page_of_specs:fetch",
        converter="page_of_specs:convert",
    )
    spec = ModelSpec(
        name="owl_net",
        summary="An owl",
        builder="page_of_specs:build",
        input_shape=(8, 8, 3),
        weights=(weights,),
    )
    model = modelzoo.compose.build_model(spec, None)
    load_named_weights(model, "nights", spec=spec)
    np.testing.assert_array_equal(
        model.get_layer("backbone").get_layer("first").kernel, published.layers[0].kernel
    )
