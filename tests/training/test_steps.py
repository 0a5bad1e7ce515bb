"""Where an epoch's images are while it is trained on them."""

import numpy as np
import pytest

from modelzoo.data.image_cache import keep_images
from modelzoo.data.source import ArraySplit
from modelzoo.training import TrainConfig
from modelzoo.training.steps import EpochSteps

# 25 bytes an image, so that but for the first none begins where a tensor may.
SHAPE = (5, 5, 1)


class Loop:
    """Takes the place of the compiled steps: keeps what it is given."""

    def run_steps(self, images, labels, rows, order, first, last, partners=None):
        self.images = images
        return last, np.float32(0)


def resident(images):
    """The tensor of an epoch's images."""
    loop = Loop()
    split = ArraySplit(images, np.zeros(len(images), np.int32))
    steps = EpochSteps(
        loop, split, split.labels, TrainConfig(data="memory", batch_size=4), begin_step=None
    )
    order, rows = np.arange(len(images), dtype=np.int32), np.zeros((len(images), 1), np.float32)
    for _ in steps.run(order, rows, None, first=0):
        pass
    return loop.images


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 256, (9, *SHAPE), np.uint8)


@pytest.fixture
def cached(cache, pixels):
    images, _ = keep_images(cache / "decoded" / "some", SHAPE, [pixels], [])
    return images


def test_images_of_the_cache_are_not_copied(cached):
    assert np.shares_memory(np.asarray(resident(cached)), cached)


def test_images_of_the_cache_are_those_that_were_kept(cached, pixels):
    np.testing.assert_array_equal(resident(cached).numpy(), pixels)


def test_images_of_the_cache_stay_read_only(cached):
    resident(cached)
    with pytest.raises(ValueError, match="read-only"):
        cached[0] = 0


def test_images_stay_when_nobody_else_holds_them(cache, pixels):
    images, _ = keep_images(cache / "decoded" / "some", SHAPE, [pixels], [])
    tensor = resident(images)
    del images
    np.testing.assert_array_equal(tensor.numpy(), pixels)


def of_a_user(path, pixels):
    pixels.tofile(path)
    return np.memmap(path, np.uint8, "r", shape=pixels.shape)


def test_images_that_are_not_where_kernels_expect_them_are_copied(cached):
    assert not np.shares_memory(np.asarray(resident(cached[1:])), cached)


# Not where TensorFlow's kernels expect them, or not in one piece.
@pytest.mark.parametrize(
    "part", [lambda images: images[1:], lambda images: images[::2], lambda images: images[:, ::2]]
)
def test_parts_of_the_cache_are_taken_as_they_are(cached, pixels, part):
    np.testing.assert_array_equal(resident(part(cached)).numpy(), part(pixels))


def test_where_there_is_a_gpu_images_go_there(monkeypatch, cached):
    monkeypatch.setattr("tensorflow.config.list_physical_devices", lambda kind: [kind])
    assert not np.shares_memory(np.asarray(resident(cached)), cached)


def test_a_subset_of_the_cache_is_those_images(cached, pixels):
    chosen = np.arange(len(pixels)) % 3 > 0
    part = ArraySplit(cached, np.arange(len(pixels))).subset(chosen)
    np.testing.assert_array_equal(resident(part.images).numpy(), pixels[chosen])


def test_a_user_s_map_is_taken(tmp_path, pixels):
    np.testing.assert_array_equal(resident(of_a_user(tmp_path / "raw", pixels)).numpy(), pixels)
