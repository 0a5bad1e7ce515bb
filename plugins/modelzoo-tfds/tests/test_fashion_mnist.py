"""A whole set, the 70,000 images of Fashion-MNIST as Debian has them, prepared from its files."""

import debian_fashion_mnist
import pytest

import modelzoo
from modelzoo.testing import check_dataset

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not debian_fashion_mnist.FILES.is_dir(),
        reason="Debian's package dataset-fashion-mnist is not installed",
    ),
]


@pytest.fixture(scope="module")
def fashion_mnist(tmp_path_factory):
    """A folder with the publisher's files, and the set once it was prepared."""
    folder = tmp_path_factory.mktemp("fashion_mnist")
    debian_fashion_mnist.put_files(folder)
    return folder


def test_it_is_that_of_the_zoo(fashion_mnist, no_network):
    """Beside modelzoo's own reader of the publisher's files."""
    theirs = modelzoo.load_dataset("tfds/fashion_mnist", data_dir=fashion_mnist)
    ours = modelzoo.load_dataset("fashion_mnist")
    assert [len(theirs.splits[name]) for name in ("train", "test")] == [60_000, 10_000]
    for name, split in ours.splits.items():
        assert contents(theirs.splits[name]) == contents(split)


def contents(split):
    """Its images and labels, in whatever order."""
    return sorted(zip(split.content_hashes(), split.labels.tolist(), strict=True))


def test_it_conforms(fashion_mnist, no_network):
    report = check_dataset("tfds/fashion_mnist", data_dir=fashion_mnist)
    assert report.ok, report
