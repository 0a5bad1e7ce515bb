import numpy as np
import pytest
from PIL import Image

from modelzoo.reporting import Sample, plot_samples


def sample(shape=(8, 8, 3), **fields):
    return Sample(
        image=np.full(shape, 128, np.uint8), **{"answer": "dog", "truth": "dog", **fields}
    )


def drawn(texts, tmp_path, *samples):
    plot_samples({"Heading": samples}, tmp_path / "samples.svg")
    return texts(tmp_path / "samples.svg")


def test_a_right_answer_has_a_tick_and_its_probability(tmp_path, texts):
    assert "✓ dog 61%" in drawn(texts, tmp_path, sample(right=True, probability=0.613))


def test_a_wrong_answer_has_a_cross_and_the_truth(tmp_path, texts):
    shown = drawn(texts, tmp_path, sample(truth="cat", right=False, probability=0.99))
    assert {"✗ dog 99%", "is cat"} <= set("\n".join(shown).split("\n"))


def test_a_number_is_neither_right_nor_wrong(tmp_path, texts):
    shown = "\n".join(drawn(texts, tmp_path, sample(answer="size 0.25", truth="size 0.3")))
    assert "size 0.25\nis size 0.3" in shown
    assert "✓" not in shown
    assert "✗" not in shown


def test_only_wrong_answers_have_a_dashed_frame(tmp_path):
    plot_samples({"": [sample(right=True)]}, tmp_path / "right.svg")
    plot_samples({"": [sample(right=False)]}, tmp_path / "wrong.svg")
    assert "stroke-dasharray" not in (tmp_path / "right.svg").read_text()
    assert "stroke-dasharray" in (tmp_path / "wrong.svg").read_text()


def test_an_answer_of_no_classes_is_said_in_words(tmp_path, texts):
    shown = drawn(texts, tmp_path, sample(answer="", truth="cat", right=False))
    assert "✗ nothing" in "\n".join(shown)


def test_the_probability_is_shown_under_the_longest_of_names(tmp_path, texts):
    name = "a golden retriever that lies on a very green lawn"
    shown = drawn(texts, tmp_path, sample(answer=name, truth=name, right=True, probability=0.75))
    assert "75%" in "\n".join(shown)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6])
def test_images_of_any_number_of_channels_are_drawn(tmp_path, channels):
    plot_samples({"": [sample((8, 12, channels))]}, tmp_path / "samples.png")
    with Image.open(tmp_path / "samples.png") as picture:
        # An image of one grey is drawn as this grey.
        assert (128, 128, 128) in [colour for _, colour in picture.convert("RGB").getcolors(2**24)]


def test_groups_without_images_have_no_heading(tmp_path, texts):
    plot_samples({"Some": [sample()], "No mistakes": []}, tmp_path / "samples.svg")
    shown = texts(tmp_path / "samples.svg")
    assert "Some" in shown
    assert "No mistakes" not in shown


def test_dollar_signs_are_shown_as_they_are(tmp_path, texts):
    assert "✓ $a^$" in drawn(texts, tmp_path, sample(answer="$a^$", truth="$a^$", right=True))
