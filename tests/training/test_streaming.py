"""`data="auto"` streams what does not fit into the memory that this process may have."""

import resource
from pathlib import Path

import numpy as np
import pytest

from modelzoo.data.source import ArraySplit
from modelzoo.training import TrainConfig
from modelzoo.training.steps import EpochSteps

SHAPE = (256, 256, 3)
BATCH = 4


class Loop:
    """Takes the place of the compiled steps: keeps what it is given."""

    def __init__(self):
        self.resident = None
        self.batches = []

    def run_steps(self, images, labels, rows, order, first, last, partners=None):
        self.resident = images
        return last, np.float32(0)

    def run_batch(self, images, labels, rows):
        self.batches.append(images.numpy())
        return np.float32(0)


@pytest.fixture
def limit():
    """How many bytes of data this process may have: a gigabyte more than it has now."""
    status = Path("/proc/self/status").read_text()
    [used] = [line.split()[1] for line in status.splitlines() if line.startswith("VmData:")]
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = 1024 * int(used) + 2**30
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    yield limit
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@pytest.fixture
def images(tmp_path):
    """Makes a mapped file of so many bytes of images, which takes no room on the disk."""

    def images(size):
        path = tmp_path / "images"
        with path.open("wb") as file:
            file.truncate(size)
        return np.memmap(path, np.uint8, "r", shape=(size // np.prod(SHAPE), *SHAPE))

    return images


def first_step(images):
    """What the loop got of a training's first step."""
    loop, count = Loop(), len(images)
    split = ArraySplit(images, np.zeros(count, np.int32))
    config = TrainConfig(data="auto", batch_size=BATCH, checkpoint_every=1)
    steps = EpochSteps(loop, split, split.labels, config, begin_step=None)
    order, rows = np.arange(count, dtype=np.int32)[::-1], np.zeros((count, 1), np.float32)
    run = steps.run(order, rows, None, first=0)
    next(run)
    run.close()
    return loop


def test_images_of_more_than_a_quarter_of_the_limit_are_streamed(limit, images):
    many = images(limit // 4 + np.prod(SHAPE))
    loop = first_step(many)
    assert loop.resident is None
    assert [batch.shape for batch in loop.batches] == [(BATCH, *SHAPE)]


def test_images_of_less_than_a_quarter_of_the_limit_stay_in_memory(limit, images):
    few = images(limit // 4)
    loop = first_step(few)
    assert loop.resident.shape == few.shape
    assert loop.batches == []
