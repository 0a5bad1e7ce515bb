import pytest
from PIL import Image

from modelzoo.benchmarking.breakdown import KINDS
from modelzoo.reporting import plot_benchmark


def speed(rate, share=0.25):
    lower = rate / share if share else None
    higher = 2 * rate / share if share else None
    return {
        "images_per_second": rate,
        "arithmetic_limit": lower,
        "memory_limit": higher,
        "share_of_limit": share,
    }


def model(name, *, share=0.25, shares=None):
    shares = {"convolution": 0.7, "batch norm": 0.28, "rest": 0.02} if shares is None else shares
    return {
        "model": name,
        "training": speed(1234.5, share),
        "inference": speed(5000.0, share),
        "breakdown": {"shares": {**dict.fromkeys(KINDS, 0.0), **shares}} if shares else None,
    }


def benchmark(*models):
    machine = {"cpu": "Zilog Z80", "cores": 2, "gflops": 99.6, "memory_gb_per_second": 12.34}
    return {"machine": machine, "models": list(models)}


def test_it_names_the_machine_the_models_and_the_work(tmp_path, texts):
    plot_benchmark(benchmark(model("first"), model("second")), tmp_path / "speed.svg")
    found = set(texts(tmp_path / "speed.svg"))
    assert "Zilog Z80, 2 cores: 100 GFLOP/s, 12.3 GB/s" in found
    assert {"first, training", "first, prediction", "second, training", "second"} <= found


def test_each_rate_is_written_with_its_share_of_the_limit(tmp_path, texts):
    plot_benchmark(benchmark(model("a")), tmp_path / "speed.svg")
    found = texts(tmp_path / "speed.svg")
    assert {"1,234, 25 % of the limit", "5,000, 25 % of the limit"} <= set(found)
    assert {"measured", "limit by arithmetic", "limit by memory"} <= set(found)


def test_a_model_without_limits_has_its_rates(tmp_path, texts):
    plot_benchmark(benchmark(model("a", share=None)), tmp_path / "speed.svg")
    found = texts(tmp_path / "speed.svg")
    assert "5,000" in found
    assert "limit by memory" not in found


def test_parts_have_their_shares_where_there_is_room(tmp_path, texts):
    plot_benchmark(benchmark(model("a")), tmp_path / "speed.svg")
    found = texts(tmp_path / "speed.svg")
    assert {"70 %", "28 %"} <= set(found)
    assert "2 %" not in found


def test_kinds_that_no_model_has_are_not_in_the_legend(tmp_path, texts):
    plot_benchmark(benchmark(model("a")), tmp_path / "speed.svg")
    found = texts(tmp_path / "speed.svg")
    assert {"convolution", "batch norm", "rest"} <= set(found)
    assert "depthwise convolution" not in found


def test_a_model_whose_time_is_not_known_is_among_the_rates_only(tmp_path, texts):
    plot_benchmark(benchmark(model("a"), model("b", shares={})), tmp_path / "speed.svg")
    found = texts(tmp_path / "speed.svg")
    assert "b, training" in found
    assert "b" not in found


def test_without_any_breakdown_there_is_one_panel(tmp_path, texts):
    plot_benchmark(benchmark(model("a", shares={})), tmp_path / "speed.svg")
    assert "Where a training step's time goes" not in texts(tmp_path / "speed.svg")


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_suffix_says_the_format(tmp_path, suffix):
    plot_benchmark(benchmark(model("a")), tmp_path / f"speed.{suffix}")
    begins = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert (tmp_path / f"speed.{suffix}").read_bytes().startswith(begins)


def test_more_models_make_a_higher_picture_of_the_same_width(tmp_path):
    plot_benchmark(benchmark(model("a")), tmp_path / "one.png")
    plot_benchmark(benchmark(*map(model, "abcdef")), tmp_path / "six.png")
    with Image.open(tmp_path / "one.png") as one, Image.open(tmp_path / "six.png") as six:
        assert one.width == six.width
        assert six.height > 2 * one.height
