"""One image or many, from files or arrays, to answers."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import modelzoo
from modelzoo.compose import make_task
from modelzoo.errors import ArrayError, BadImageError, IncompatibleError
from modelzoo.inference import Prediction, Predictor, predictor

SHAPE = (32, 32, 3)


def make_predictor(task="multiclass", classes=("cat", "dog", "fox"), shape=SHAPE):
    model = modelzoo.get(
        "mobilenet_v1_mini", task=task, num_classes=len(classes), input_shape=shape
    )
    return Predictor(model, make_task(modelzoo.find("task", task).spec, len(classes)), classes)


@pytest.fixture(scope="module")
def animals():
    return make_predictor()


def pixels(n, shape=SHAPE, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


@pytest.fixture
def picture(tmp_path):
    """A file without loss, and the pixels that are in it."""
    image = pixels(1)[0]
    path = tmp_path / "rex.png"
    Image.fromarray(image).save(path)
    return path, image


class TestOneImage:
    def test_gives_one_prediction(self, animals):
        assert isinstance(animals.predict(pixels(1)[0]), Prediction)

    def test_has_the_scores_that_keras_computes(self, animals):
        image = pixels(1)[0]
        expected = np.asarray(animals.model(image[None], training=False))[0]
        scores = animals.predict(image).scores
        assert list(scores) == ["cat", "dog", "fox"]
        np.testing.assert_allclose(list(scores.values()), expected, atol=1e-6)

    @pytest.mark.parametrize("kind", [str, lambda path: path], ids=["str", "Path"])
    def test_from_a_file_is_that_of_its_pixels(self, animals, picture, kind):
        path, image = picture
        assert animals.predict(kind(path)).scores == animals.predict(image).scores

    def test_from_a_file_names_the_path_as_it_was_given(self, animals, picture, monkeypatch):
        monkeypatch.chdir(picture[0].parent)
        assert animals.predict("rex.png").source == "rex.png"

    def test_grey_without_an_axis_for_channels_is_that_with_one(self, animals):
        grey = pixels(1, (32, 32, 1))[0]
        assert animals.predict(grey[:, :, 0]).scores == animals.predict(grey).scores

    def test_grey_is_that_of_three_equal_channels(self, animals):
        grey = pixels(1, (32, 32, 1))[0]
        assert animals.predict(grey).scores == animals.predict(np.repeat(grey, 3, 2)).scores

    def test_of_another_size_is_resized_as_a_file_is(self, animals, tmp_path):
        image = pixels(1, (50, 70, 3))[0]
        Image.fromarray(image).save(tmp_path / "large.png")
        assert animals.predict(image).scores == animals.predict(tmp_path / "large.png").scores

    def test_may_be_a_tensor(self, animals):
        image = pixels(1)[0]
        assert animals.predict(tf.constant(image)) == animals.predict(image)


class TestManyImages:
    @pytest.mark.parametrize("n", [1, 3])
    def test_in_a_batch_give_a_list(self, animals, n):
        predictions = animals.predict(pixels(n))
        assert isinstance(predictions, list)
        assert len(predictions) == n

    def test_in_a_list_of_one_give_a_list_of_one(self, animals):
        assert len(animals.predict([pixels(1)[0]])) == 1

    def test_give_what_each_gives_alone(self, animals):
        images = pixels(5)
        alone = [list(animals.predict(image).scores.values()) for image in images]
        together = [list(each.scores.values()) for each in animals.predict(images)]
        np.testing.assert_allclose(together, alone, atol=1e-6)

    def test_may_mix_files_arrays_and_sizes(self, animals, picture):
        path, image = picture
        first, second, third = animals.predict([path, image, pixels(1, (9, 7, 1))[0]])
        assert first.scores == second.scores != third.scores

    def test_are_named_by_path_or_index(self, animals, picture):
        path, image = picture
        assert [each.source for each in animals.predict([path, image])] == [str(path), "images[1]"]

    def test_may_come_from_a_generator(self, animals, picture):
        assert len(animals.predict(picture[0].parent.glob("*.png"))) == 1

    def test_keep_their_order_over_several_batches(self, animals, monkeypatch):
        images = pixels(7)
        whole = [each.scores for each in animals.predict(images)]
        monkeypatch.setattr(predictor, "BATCH_SIZE", 3)
        parts = [each.scores for each in animals.predict(images)]
        np.testing.assert_allclose(
            [list(each.values()) for each in parts],
            [list(each.values()) for each in whole],
            atol=1e-6,
        )

    def test_are_never_computed_more_than_256_at_a_time(self):
        counting = make_predictor(shape=(12, 12, 1))
        sizes, forward = [], counting._forward

        def record(batch):
            sizes.append(len(batch))
            return forward(batch)

        counting._forward = record
        assert len(counting.predict(pixels(600, (12, 12, 1)))) == 600
        assert sizes == [256, 256, 88]


class TestTasks:
    def test_binary_adds_up_to_one(self):
        answer = make_predictor("binary", ("cat", "dog")).predict(pixels(1)[0])
        assert sum(answer.scores.values()) == pytest.approx(1)
        assert answer.probability == max(answer.scores.values())

    @pytest.mark.parametrize("task", ["multilabel", "regression"])
    def test_without_a_single_probability_have_none(self, task):
        answer = make_predictor(task).predict(pixels(1)[0])
        assert answer.probability is None
        assert set(answer.scores) == {"cat", "dog", "fox"}


class TestRefused:
    @pytest.mark.parametrize(
        ("images", "message"),
        [
            ([], "There are no images, expected at least one path or array."),
            (pixels(0), "There are no images, expected at least one path or array."),
            (
                None,
                "image is of type NoneType, expected a path or a uint8 array. Convert what holds "
                "pixels with np.asarray(image).",
            ),
            (
                [[0, 1], [2, 3]],
                "images[0] is of type list, expected a path or a uint8 array. Convert what holds "
                "pixels with np.asarray(image).",
            ),
        ],
        ids=["empty-list", "empty-batch", "none", "nested-list"],
    )
    def test_is_what_holds_no_image(self, animals, images, message):
        with pytest.raises(ArrayError) as error:
            animals.predict(images)
        assert str(error.value) == message

    @pytest.mark.parametrize(
        "shape", [(32,), (32, 32, 2), (32, 32, 4), (0, 32, 3), (2, 32, 32, 4), (1, 2, 32, 32, 3)]
    )
    def test_is_an_array_of_another_shape(self, animals, shape):
        with pytest.raises(ArrayError, match="has shape .* expected"):
            animals.predict(np.zeros(shape, np.uint8))

    @pytest.mark.parametrize("images", [pixels(1)[0] / 255, pixels(2).astype(np.float32)])
    def test_is_a_float_array_with_how_to_convert_it(self, animals, images):
        with pytest.raises(ArrayError, match=r"expected uint8 of 0-255.*astype\('uint8'\)"):
            animals.predict(images)

    def test_is_nan_by_its_name(self, animals):
        image = np.zeros(SHAPE, np.float32)
        image[0, 0, 0] = np.nan
        with pytest.raises(ArrayError, match="1 of its values are NaN or infinite"):
            animals.predict(image)

    def test_in_a_list_is_named_by_its_index(self, animals):
        with pytest.raises(ArrayError, match=r"^images\[1\] has dtype float64"):
            animals.predict([pixels(1)[0], np.zeros(SHAPE)])

    @pytest.mark.parametrize("content", [b"", b"no image", b"\xff\xd8\xff\xe0 cut"])
    def test_is_a_file_that_is_no_image_with_its_path(self, animals, tmp_path, content):
        path = tmp_path / "bad.jpg"
        path.write_bytes(content)
        with pytest.raises(BadImageError, match="bad.jpg"):
            animals.predict([path])

    def test_is_a_file_that_is_not_there(self, animals, tmp_path):
        with pytest.raises(BadImageError, match="gone.jpg"):
            animals.predict(tmp_path / "gone.jpg")

    def test_are_class_names_of_another_number(self, animals):
        with pytest.raises(IncompatibleError, match="There are 2 class names"):
            Predictor(animals.model, animals.task, ("cat", "dog"))

    def test_is_a_model_of_another_head(self, animals):
        task = make_task(modelzoo.find("task", "multiclass").spec, 4)
        with pytest.raises(IncompatibleError, match="task has 4 outputs"):
            Predictor(animals.model, task, ("a", "b", "c", "d"))


class TestPrediction:
    @pytest.mark.parametrize(
        ("label", "probability", "text"),
        [
            ("dog", 0.9314, "dog (93.1 %)"),
            ("100% wool", 0.5, "100% wool (50.0 %)"),
            ("a, c", None, "a, c"),
            ("", None, "none of the classes"),
        ],
    )
    def test_reads_as_a_sentence(self, label, probability, text):
        assert str(Prediction(label, probability, {}, "rex.jpg")) == text

    def test_is_frozen(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            Prediction("dog", 0.9, {}, "rex.jpg").label = "cat"
