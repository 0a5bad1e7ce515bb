"""The four tasks against NumPy in float64."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from modelzoo.builtin.tasks.binary import Binary
from modelzoo.builtin.tasks.multiclass import Multiclass
from modelzoo.builtin.tasks.multilabel import Multilabel
from modelzoo.builtin.tasks.regression import Regression
from modelzoo.compose import make_task
from modelzoo.errors import IncompatibleError, LabelError
from modelzoo.registry import find

CLASSES = ("cat", "dog", "fox")

few = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def logits_of(seed, shape):
    return np.random.default_rng(seed).normal(scale=4, size=shape).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, np.float64)))


def softmax(x):
    powers = np.exp(np.asarray(x, np.float64) - np.max(x, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def cross_entropy(truth, logits):
    """-y log p - (1 - y) log(1 - p), written with the logit so that nothing overflows."""
    logits = np.asarray(logits, np.float64)
    return np.logaddexp(0, logits) - truth * logits


def value_of(metric, truth, outputs):
    metric.update_state(truth, outputs)
    return float(metric.result())


def metric_named(task, name):
    return next(each for each in task.metrics() if each.name == name)


class TestLosses:
    @few
    @given(seeds)
    def test_binary_is_the_mean_cross_entropy_of_the_logit(self, seed):
        logits = logits_of(seed, (17, 1))
        labels = np.random.default_rng(seed).integers(0, 2, 17)
        task = Binary(2)
        loss = float(task.loss()(task.check_labels(labels), logits))
        assert loss == pytest.approx(cross_entropy(labels[:, None], logits).mean(), rel=1e-5)

    @few
    @given(seeds)
    def test_multiclass_is_the_mean_negative_log_probability_of_the_label(self, seed):
        logits = logits_of(seed, (17, 5))
        labels = np.random.default_rng(seed).integers(0, 5, 17)
        task = Multiclass(5)
        loss = float(task.loss()(task.check_labels(labels), logits))
        expected = -np.log(softmax(logits)[np.arange(17), labels]).mean()
        assert loss == pytest.approx(expected, rel=1e-5)

    @few
    @given(seeds)
    def test_multilabel_is_the_mean_cross_entropy_over_images_and_classes(self, seed):
        logits = logits_of(seed, (17, 3))
        labels = np.random.default_rng(seed).integers(0, 2, (17, 3))
        task = Multilabel(3)
        loss = float(task.loss()(task.check_labels(labels), logits))
        assert loss == pytest.approx(cross_entropy(labels, logits).mean(), rel=1e-5)

    @few
    @given(seeds)
    def test_regression_is_the_mean_squared_error(self, seed):
        outputs, labels = logits_of(seed, (17, 2)), logits_of(seed + 1, (17, 2))
        task = Regression(2)
        loss = float(task.loss()(task.check_labels(labels), outputs))
        expected = ((outputs.astype(np.float64) - labels) ** 2).mean()
        assert loss == pytest.approx(expected, rel=1e-5)

    @pytest.mark.parametrize(
        ("task", "labels", "logits"),
        [
            (Binary(2), [0], [[200.0]]),
            (Multiclass(2), [0], [[0.0, 200.0]]),
            (Multilabel(1), [[0]], [[200.0]]),
        ],
        ids=["binary", "multiclass", "multilabel"],
    )
    def test_of_a_confident_mistake_is_finite_and_is_the_logit(self, task, labels, logits):
        labels = task.check_labels(np.array(labels))
        assert float(task.loss()(labels, np.array(logits, np.float32))) == pytest.approx(200)


class TestMetrics:
    @few
    @given(seeds)
    def test_binary_accuracy_counts_at_one_half(self, seed):
        outputs = sigmoid(logits_of(seed, (31, 1))).astype(np.float32)
        labels = np.random.default_rng(seed).integers(0, 2, 31)
        task = Binary(2)
        got = value_of(metric_named(task, "accuracy"), task.check_labels(labels), outputs)
        assert got == pytest.approx(((outputs[:, 0] > 0.5) == labels).mean())

    @few
    @given(seeds)
    def test_multiclass_accuracy_counts_the_most_probable_class(self, seed):
        outputs = softmax(logits_of(seed, (31, 4))).astype(np.float32)
        labels = np.random.default_rng(seed).integers(0, 4, 31)
        task = Multiclass(4)
        got = value_of(metric_named(task, "accuracy"), task.check_labels(labels), outputs)
        assert got == pytest.approx((outputs.argmax(axis=1) == labels).mean())

    @few
    @given(seeds)
    def test_multilabel_accuracy_counts_each_class_at_one_half(self, seed):
        outputs = sigmoid(logits_of(seed, (31, 3))).astype(np.float32)
        labels = np.random.default_rng(seed).integers(0, 2, (31, 3))
        task = Multilabel(3)
        got = value_of(metric_named(task, "accuracy"), task.check_labels(labels), outputs)
        assert got == pytest.approx(((outputs > 0.5) == labels).mean())

    def test_multilabel_auc_is_the_share_of_rightly_ordered_pairs_averaged_over_classes(self):
        # Outputs on the thresholds' grid of 1/199 would tie: these are well apart.
        outputs = np.array([[0.1, 0.9], [0.4, 0.3], [0.35, 0.6], [0.8, 0.7]], np.float32)
        labels = np.array([[0, 1], [0, 0], [1, 1], [1, 0]])
        shares = []
        for scores, truth in zip(outputs.T, labels.T, strict=True):
            right = scores[truth == 1][:, None] > scores[truth == 0][None]
            shares.append(right.mean())
        task = Multilabel(2)
        got = value_of(metric_named(task, "auc"), task.check_labels(labels), outputs)
        assert got == pytest.approx(np.mean(shares), abs=1e-3)

    @few
    @given(seeds)
    def test_regression_mae_is_the_mean_absolute_error(self, seed):
        outputs, labels = logits_of(seed, (31, 2)), logits_of(seed + 1, (31, 2))
        task = Regression(2)
        got = value_of(metric_named(task, "mae"), task.check_labels(labels), outputs)
        assert got == pytest.approx(np.abs(outputs.astype(np.float64) - labels).mean(), rel=1e-5)

    @pytest.mark.parametrize("task", [Binary(2), Multiclass(3), Multilabel(3), Regression(1)])
    def test_start_anew_each_time_they_are_asked_for(self, task):
        for first, second in zip(task.metrics(), task.metrics(), strict=True):
            assert first is not second

    @pytest.mark.parametrize("task", [Binary(2), Multiclass(3), Multilabel(3), Regression(1)])
    def test_have_the_one_that_runs_are_compared_by(self, task):
        assert task.monitor in [each.name for each in task.metrics()]


class TestHeads:
    @pytest.mark.parametrize(
        ("name", "num_classes", "width"),
        [("binary", 2, 1), ("multiclass", 7, 7), ("multilabel", 4, 4), ("regression", 3, 3)],
    )
    def test_are_as_wide_as_the_spec_says(self, name, num_classes, width):
        spec = find("task", name).spec
        task = make_task(spec, num_classes)
        logits = task.head(keras.Input((5,)))
        assert logits.shape == (None, width)
        assert spec.num_outputs in (None, width)

    @pytest.mark.parametrize(
        ("task", "reference"),
        [
            (Binary(2), sigmoid),
            (Multiclass(3), softmax),
            (Multilabel(3), sigmoid),
            (Regression(3), np.asarray),
        ],
    )
    def test_activation_turns_logits_into_outputs(self, task, reference):
        logits = logits_of(0, (6, task.num_outputs))
        outputs = np.asarray(keras.activations.get(task.activation)(keras.ops.array(logits)))
        np.testing.assert_allclose(outputs, reference(logits), atol=1e-6)

    @pytest.mark.parametrize(
        ("name", "num_classes", "expected"),
        [("binary", 3, "2"), ("binary", 1, "2"), ("multiclass", 1, "2 or more")],
    )
    def test_refuse_a_number_of_classes_that_makes_no_sense(self, name, num_classes, expected):
        with pytest.raises(IncompatibleError) as error:
            make_task(find("task", name).spec, num_classes)
        assert str(error.value) == (
            f"The head that is asked for has {num_classes} classes, "
            f"but task {name!r} takes {expected}. "
            "Choose another task: `modelzoo list tasks` shows them."
        )


class TestLabels:
    def test_binary_become_a_float_column(self):
        labels = Binary(2).check_labels(np.array([0, 1, 1]))
        assert labels.dtype == np.float32
        assert labels.tolist() == [[0.0], [1.0], [1.0]]

    @pytest.mark.parametrize(
        "given", [np.array([0, 2, 1]), np.array([[0], [2], [1]], np.uint8), np.array([0.0, 2, 1])]
    )
    def test_multiclass_become_int32_indices(self, given):
        labels = Multiclass(3).check_labels(given)
        assert labels.dtype == np.int32
        assert labels.tolist() == [0, 2, 1]

    def test_multilabel_become_float(self):
        labels = Multilabel(2).check_labels(np.array([[True, False]]))
        assert labels.dtype == np.float32
        assert labels.tolist() == [[1.0, 0.0]]

    def test_single_values_become_a_float_column(self):
        labels = Regression(1).check_labels(np.array([1, -2]))
        assert labels.dtype == np.float32
        assert labels.tolist() == [[1.0], [-2.0]]

    @few
    @given(arrays(np.int64, st.integers(1, 20), elements=st.integers(0, 9)))
    def test_checked_twice_are_the_same(self, given):
        task = Multiclass(10)
        once = task.check_labels(given)
        np.testing.assert_array_equal(task.check_labels(once), once)

    @pytest.mark.parametrize(
        ("task", "given", "message"),
        [
            (
                Binary(2),
                np.array([0, 1, 2]),
                "Label 2 of image 2 is out of range: there are 2 classes, so labels go from 0 to "
                "1.",
            ),
            (
                Multiclass(10),
                np.array([3, -1]),
                "Label -1 of image 1 is out of range: there are 10 classes, so labels go from 0 "
                "to 9.",
            ),
            (
                Multiclass(3),
                np.array([0.5, 1.0]),
                "Labels are float64 of shape (2,), expected one class index (a whole number) per "
                "image.",
            ),
            (
                Multiclass(3),
                np.array([np.nan, 1.0]),
                "Label nan of image 0 is no class, expected one class index (a whole number) per "
                "image.",
            ),
            (
                Multiclass(3),
                np.eye(3),
                "Labels are float64 of shape (3, 3), expected one class index (a whole number) "
                "per image.",
            ),
            (
                Multiclass(3),
                np.array(["cat", "dog"]),
                "Labels are <U3 of shape (2,), expected one class index (a whole number) per "
                "image.",
            ),
            (
                Multilabel(3),
                np.array([0, 1, 2]),
                "Labels have shape (3,), expected (images, 3): 0 or 1 for each class.",
            ),
            (
                Multilabel(2),
                np.array([[0, 1], [1, 2]]),
                "A label is 2, expected 0 or 1 for each class.",
            ),
            (
                Regression(2),
                np.zeros((4, 3)),
                "Labels have shape (4, 3), expected (images, 2).",
            ),
            (
                Regression(1),
                np.array([1.0, np.nan]),
                "Labels have to be finite numbers; there is NaN, infinity or text.",
            ),
            (
                Regression(1),
                np.array(["tall"]),
                "Labels have to be finite numbers; there is NaN, infinity or text.",
            ),
        ],
        ids=[
            "binary-too-large",
            "multiclass-negative",
            "multiclass-fraction",
            "multiclass-nan",
            "multiclass-one-hot",
            "multiclass-text",
            "multilabel-indices",
            "multilabel-two",
            "regression-width",
            "regression-nan",
            "regression-text",
        ],
    )
    def test_that_are_none_are_refused(self, task, given, message):
        with pytest.raises(LabelError) as error:
            task.check_labels(given)
        assert str(error.value) == message


class TestAnswers:
    @pytest.mark.parametrize(
        ("output", "label", "probability"), [(0.9, "dog", 0.9), (0.2, "cat", 0.8)]
    )
    def test_binary_has_the_probability_of_the_class_it_names(self, output, label, probability):
        answer = Binary(2).decode(np.array([output], np.float32), CLASSES[:2])
        assert answer["label"] == label
        assert answer["probability"] == pytest.approx(probability)
        assert answer["scores"] == pytest.approx({"cat": 1 - output, "dog": output})

    def test_binary_at_one_half_names_the_second_class(self):
        assert Binary(2).decode(np.array([0.5], np.float32), CLASSES[:2])["label"] == "dog"

    @few
    @given(seeds)
    def test_multiclass_names_the_most_probable_class(self, seed):
        output = softmax(logits_of(seed, 3)).astype(np.float32)
        answer = Multiclass(3).decode(output, CLASSES)
        assert answer["label"] == max(answer["scores"], key=answer["scores"].get)
        assert answer["probability"] == answer["scores"][answer["label"]]
        assert list(answer["scores"].values()) == [float(each) for each in output]

    def test_multilabel_names_all_classes_of_one_half_or_more(self):
        answer = Multilabel(3).decode(np.array([0.5, 0.49, 0.9], np.float32), CLASSES)
        assert (answer["label"], answer["probability"]) == ("cat, fox", None)

    def test_multilabel_may_name_none(self):
        answer = Multilabel(3).decode(np.array([0.1, 0.2, 0.3], np.float32), CLASSES)
        assert answer["label"] == ""

    def test_regression_names_the_values(self):
        answer = Regression(2).decode(np.array([1.5, -20.25], np.float32), ("width", "height"))
        assert answer == {
            "label": "width 1.5, height -20.25",
            "probability": None,
            "scores": {"width": 1.5, "height": -20.25},
        }

    @pytest.mark.parametrize("task", [Binary(2), Multiclass(3), Multilabel(3), Regression(3)])
    def test_are_plain_numbers_that_json_takes(self, task):
        output = np.full(task.num_outputs, 0.25, np.float32)
        scores = task.decode(output, CLASSES[: task.num_classes])["scores"]
        assert {type(each) for each in scores.values()} == {float}
