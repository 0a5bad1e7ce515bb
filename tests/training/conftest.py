import pytest

from modelzoo.training import Trainer


@pytest.fixture
def trainer():
    """A training of two steps an epoch, on images made from a seed."""

    def make(dataset="shapes", **settings):
        options = {"train": 24, "test": 8, **settings.pop("dataset_options", {})}
        settings = {"epochs": 1, "batch_size": 12, "validation": 0.0, **settings}
        return Trainer("mobilenet_v1_mini", dataset, dataset_options=options, **settings)

    return make


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory):
    """A finished run that no test changes."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    options = {"train": 60, "test": 12}
    trainer = Trainer("mobilenet_v1_mini", "shapes", epochs=2, dataset_options=options)
    return trainer.fit(run_dir=folder)
