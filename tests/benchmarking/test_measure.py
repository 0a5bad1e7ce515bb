import pytest

from modelzoo import get
from modelzoo.benchmarking import Subject
from modelzoo.benchmarking.measure import run_benchmark
from modelzoo.errors import OptionError
from modelzoo.layers import count_mult_adds


@pytest.fixture(scope="module")
def benchmark():
    return run_benchmark(
        [
            Subject.from_names("mobilenet_v1_mini", task="multiclass", batch_size=4),
            Subject.from_names("mobilenet_v1_mini", batch_size=2),
        ],
        steps=2,
    )


def test_models_are_in_the_order_in_which_they_were_given(benchmark):
    assert [speed.subject.task.name for speed in benchmark.speeds] == ["multiclass", "binary"]


def test_sizes_are_those_of_the_model_with_its_head(benchmark):
    model = get("mobilenet_v1_mini", task="multiclass")
    speed = benchmark.speeds[0]
    assert speed.parameters == model.count_params()
    assert speed.mult_adds == count_mult_adds(model)


@pytest.mark.parametrize("work", ["training", "inference"])
def test_throughput_is_images_over_the_median_time(benchmark, work):
    for speed, batch in zip(benchmark.speeds, (4, 2), strict=True):
        measured = getattr(speed, work)
        assert measured.repetitions == 2
        assert measured.images_per_second == pytest.approx(batch / measured.seconds)
        assert measured.fastest_seconds <= measured.seconds <= measured.slowest_seconds


@pytest.mark.parametrize(("work", "operations"), [("training", 6), ("inference", 2)])
def test_the_share_is_of_the_lower_limit(benchmark, work, operations):
    speed = benchmark.speeds[0]
    measured = getattr(speed, work)
    arithmetic = benchmark.machine.gflops * 1e9 / (operations * speed.mult_adds)
    assert measured.arithmetic_limit == pytest.approx(arithmetic)
    lower = min(measured.arithmetic_limit, measured.memory_limit)
    assert measured.share_of_limit == pytest.approx(measured.images_per_second / lower)


def test_a_model_that_cant_be_built_is_refused_before_anything_is_measured(monkeypatch):
    monkeypatch.setattr("modelzoo.benchmarking.measure.measure_machine", lambda: 1 / 0)
    subjects = [
        Subject.from_names("mobilenet_v1_mini"),
        Subject.from_names("mobilenet_v1_mini", options={"layers": 3}),
    ]
    with pytest.raises(OptionError, match="has no option 'layers'"):
        run_benchmark(subjects)
