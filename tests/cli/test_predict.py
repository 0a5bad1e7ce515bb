import json
import re

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def pictures(here):
    for name in ("one.png", "two.jpg"):
        pixels = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
        Image.fromarray(pixels).save(here / name)


def test_each_image_gets_a_line_with_label_and_probability(command, trained, pictures):
    answer = command("predict", str(trained.folder), "one.png", "two.jpg")
    assert answer.status == 0
    first, second = answer.out.splitlines()
    assert re.fullmatch(r"one\.png: (circle|square) \(\d+\.\d %\)", first)
    assert re.fullmatch(r"two\.jpg: (circle|square) \(\d+\.\d %\)", second)


def test_json_has_the_scores_of_all_classes(command, trained, pictures):
    (answer,) = json.loads(command("predict", str(trained.folder), "one.png", "--json").out)
    assert answer["source"] == "one.png"
    assert answer["scores"].keys() == {"circle", "square"}
    assert sum(answer["scores"].values()) == pytest.approx(1)
    assert answer["probability"] == max(answer["scores"].values())


def test_a_file_that_is_no_image_is_named(command, trained, here):
    (here / "text.jpg").write_text("this is no image")
    answer = command("predict", str(trained.folder), "text.jpg")
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("Error: ")
    assert "text.jpg" in answer.err
    assert answer.err.count("\n") == 1


def test_a_file_that_does_not_exist_is_named(command, trained):
    answer = command("predict", str(trained.folder), "nowhere.jpg")
    assert answer.status == 2
    assert "nowhere.jpg" in answer.err


def test_without_images_it_says_so(command, trained):
    answer = command("predict", str(trained.folder))
    assert answer.status == 2
    assert answer.err == "Error: Missing argument 'IMAGE...'. See `modelzoo predict --help`.\n"
