import pytest
from PIL import Image

from modelzoo.reporting import plot_history
from modelzoo.reporting.curves import metric_names


def test_each_metric_is_named_and_what_is_none_is_not(tmp_path, rows, texts):
    plot_history(rows(3, "accuracy", "loss"), tmp_path / "curves.svg")
    shown = texts(tmp_path / "curves.svg")
    assert {"loss", "accuracy"} <= set(shown)
    assert not {"seconds", "learning rate", "images per second", "step"} & set(shown)


def test_the_loss_comes_first(rows):
    assert metric_names(rows(1, "auc", "loss", "accuracy")) == ["loss", "auc", "accuracy"]


def test_the_last_values_are_written_down(tmp_path, rows, texts):
    plot_history(rows(4, "loss"), tmp_path / "curves.svg")
    assert "last: training 0.2, validation 0.25" in texts(tmp_path / "curves.svg")


@pytest.mark.parametrize("epochs", [1, 2, 3, 25, 100])
def test_epochs_are_whole_numbers_on_the_axis(tmp_path, rows, texts, epochs):
    plot_history(
        [{"epoch": each["epoch"], "loss": 1000.0} for each in rows(epochs)], tmp_path / "c.svg"
    )
    shown = texts(tmp_path / "c.svg")
    ticks = [each for each in shown[: shown.index("epoch")] if each != "epoch"]
    assert ticks
    assert all(each.isdigit() and int(each) <= epochs for each in ticks)


def test_validation_is_told_from_training_without_colours(tmp_path, rows):
    """Lines that are dashed, and another marker, in the drawing's own elements."""
    plot_history(rows(3, "loss"), tmp_path / "both.svg")
    plot_history(rows(3, "loss", validation=False), tmp_path / "training.svg")
    assert "stroke-dasharray" in (tmp_path / "both.svg").read_text()
    assert "stroke-dasharray" not in (tmp_path / "training.svg").read_text()


def test_without_validation_the_legend_does_not_name_it(tmp_path, rows, texts):
    plot_history(rows(3, "loss", validation=False), tmp_path / "curves.svg")
    assert "validation" not in texts(tmp_path / "curves.svg")


def test_one_epoch_is_visible_as_points(tmp_path):
    plot_history([{"epoch": 1, "loss": 0.7}], tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as picture:
        pixels = picture.convert("RGB").crop((100, 100, picture.width, picture.height - 100))
    blue = sum(count for count, colour in pixels.getcolors(2**24) if colour == (0x00, 0x72, 0xB2))
    assert blue > 20


def test_a_training_that_ended_before_its_first_epoch_says_so(tmp_path, texts):
    plot_history([], tmp_path / "curves.svg")
    assert texts(tmp_path / "curves.svg") == ["No epoch has ended yet"]


def test_a_metric_may_have_dollar_signs_in_its_name(tmp_path, texts):
    plot_history([{"epoch": 1, "$x^$": 1.0}], tmp_path / "curves.svg")
    assert "$x^$" in texts(tmp_path / "curves.svg")
