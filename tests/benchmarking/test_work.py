import keras
import numpy as np
import pytest

from modelzoo import find
from modelzoo.benchmarking import Subject
from modelzoo.benchmarking.work import make_training, random_images, random_labels
from modelzoo.compose import make_task
from modelzoo.errors import NonFiniteLossError, OptionError

SMALL = {"task": "multiclass", "batch_size": 4}


def test_so_many_steps_are_done_as_are_asked_for():
    work = make_training(Subject.from_names("mobilenet_v1_mini", **SMALL))
    for steps in (1, 2, 70):
        work.run(steps)
    assert int(work.optimizer.iterations) == 73


def test_steps_change_the_weights():
    work = make_training(Subject.from_names("mobilenet_v1_mini", **SMALL))
    before = [keras.ops.convert_to_numpy(each) for each in work.model.trainable_variables]
    work.run(1)
    after = [keras.ops.convert_to_numpy(each) for each in work.model.trainable_variables]
    assert all((old != new).any() for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel", "regression"])
def test_steps_of_every_task_can_be_done(task):
    subject = Subject.from_names("mobilenet_v1_mini", task=task, batch_size=2)
    work = make_training(subject)
    work.run(1)
    assert int(work.optimizer.iterations) == 1


def test_settings_are_those_of_a_training():
    subject = Subject.from_names(
        "mobilenet_v1_mini", optimizer="sgd", learning_rate=0.5, augment={"zoom": 0.2}, **SMALL
    )
    work = make_training(subject)
    work.run(1)
    assert isinstance(work.optimizer, keras.optimizers.SGD)
    assert float(work.optimizer.learning_rate) == 0.5


def test_an_unknown_option_of_the_model_is_refused():
    with pytest.raises(OptionError, match="has no option 'alhpa'"):
        make_training(Subject.from_names("mobilenet_v1", options={"alhpa": 1}))


def test_a_loss_that_is_not_finite_is_an_error():
    work = make_training(Subject.from_names("mobilenet_v1_mini", **SMALL))
    kernel = work.model.get_layer("logits").kernel
    kernel.assign(np.full(kernel.shape, np.nan))
    with pytest.raises(NonFiniteLossError, match="smaller learning rate"):
        work.run(8)


@pytest.mark.parametrize(
    ("task", "shape", "dtype"),
    [
        ("binary", (6, 1), np.float32),
        ("multiclass", (6,), np.int32),
        ("multilabel", (6, 2), np.float32),
        ("regression", (6, 2), np.float32),
    ],
)
def test_labels_are_what_the_task_takes(task, shape, dtype):
    spec = find("task", task).spec
    labels = random_labels(make_task(spec, 2), spec.labels, 6)
    assert (labels.shape, labels.dtype) == (shape, dtype)


def test_the_same_numbers_are_drawn_each_time():
    assert (random_images(2, (4, 4, 3)) == random_images(2, (4, 4, 3))).all()
