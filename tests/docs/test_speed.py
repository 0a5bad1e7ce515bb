"""The page of measurements shows what its file says, and its command measures what it should."""

import importlib
import json
import re
import shlex
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

COMPARED = {
    "name": "epoch",
    "work": "an epoch",
    "peer": "stock Keras",
    "target": 2.0,
    "ours": [0.5, 0.25, 0.5],
    "theirs": [1.25, 1.0, 1.5],
    "ratio": {"median": 3.0, "least": 2.5, "most": 4.0},
}
TOO_SLOW = {**COMPARED, "work": "a step", "ratio": {"median": 1.9, "least": 1.0, "most": 2.5}}
MISSING = {
    **{key: COMPARED[key] for key in ("name", "peer", "target")},
    "work": "a picture",
    "missing": "no such | thing",
}
GROWN = {"name": "names", "work": "many names", "value": 26.04, "limit": 50.0, "unit": "ms"}
RESULTS = {
    "measured": "2026-03-01",
    "machine": {
        "processor": "Some Processor",
        "cores": 2,
        "memory": 15.5,
        "system": "Linux 6.1",
        "load": 0.25,
    },
    "versions": {"python": "3.12.1", "torch": "2.9.0"},
    "rounds": 3,
    "comparison": [COMPARED, TOO_SLOW, MISSING],
    "growth": [GROWN],
}


@pytest.fixture
def directive(repository, monkeypatch):
    """The module that writes the page's tables."""
    monkeypatch.syspath_prepend(repository / "docs")
    return importlib.import_module("directives.benchmark_results")


@pytest.fixture(scope="module")
def benchmarks(repository):
    """Imports a module of the measuring command by its name."""
    sys.path.insert(0, str(repository / "tests" / "benchmarks"))
    yield importlib.import_module
    sys.path.remove(str(repository / "tests" / "benchmarks"))


@pytest.fixture(scope="module")
def measuring(benchmarks):
    return benchmarks("measuring")


def line_of(table: str, work: str) -> list[str]:
    [line] = [line for line in table.splitlines() if line.startswith(f"| {work} |")]
    cells = line.replace("\N{NO-BREAK SPACE}", " ").strip("|").split(" | ")
    return [cell.strip() for cell in cells]


def test_a_ratio_that_is_reached_has_its_medians_and_its_range(directive):
    assert line_of(directive.comparison(RESULTS), "an epoch") == [
        *("an epoch", "stock Keras", "500 ms", "1.25 s"),
        *("**3.00** (2.50 to 4.00)", "2", "yes"),
    ]


def test_a_ratio_is_reached_by_its_median_and_not_by_its_best_round(directive):
    assert line_of(directive.comparison(RESULTS), "a step")[-1] == "**no**"


def test_what_was_not_measured_is_not_taken_for_reached(directive):
    assert line_of(directive.comparison(RESULTS), "a picture")[4:] == [
        *(r"not measured: no such \| thing", "2", "not measured")
    ]


def test_the_sentence_above_the_table_counts_each_kind(directive):
    said = directive.comparison(RESULTS).splitlines()[0]
    assert said == "Of 3 targets: 1 reached, 1 not reached, 1 not measured."


def test_what_grows_has_its_unit_and_its_limit(directive):
    assert line_of(directive.growth(RESULTS), "many names")[1:] == ["26 ms", "50 ms", "yes"]


def test_what_grows_too_much_is_not_reached(directive):
    assert directive.reached({**GROWN, "value": 50.1}) is False


def test_the_machine_and_the_versions_are_named(directive):
    said = directive.conditions(RESULTS)
    assert "1 March 2026: Some Processor, 2 cores, 15.5 GiB" in said
    assert "python 3.12.1, torch 2.9.0. 3 pairs of each." in said


@pytest.fixture
def build_page(repository, tmp_path):
    """Builds a page with one part of the given results, and returns its HTML."""

    def build_page(results: dict | None) -> str:
        source = tmp_path / "source"
        source.mkdir()
        (source / "conf.py").write_text(
            f"import sys\nsys.path.insert(0, {str(repository / 'docs')!r})\n"
            "extensions = ['myst_parser', 'directives.benchmark_results']\n"
        )
        (source / "index.md").write_text("# Page\n\n```{benchmark-results} comparison\n```\n")
        if results is not None:
            (source / "benchmarks").mkdir()
            (source / "benchmarks" / "results.json").write_text(json.dumps(results))
        sphinx = [sys.executable, "-m", "sphinx", "-W", "-q", source, tmp_path / "html"]
        subprocess.run(sphinx, check=True)
        return (tmp_path / "html" / "index.html").read_text("utf-8")

    return build_page


def test_the_file_becomes_a_table_of_the_page(build_page):
    page = build_page(RESULTS)
    assert page.count("<tr") == 1 + 3
    assert "<strong>3.00</strong> (2.50 to 4.00)" in page


def test_without_a_file_the_page_says_that_nothing_was_measured(build_page):
    assert "Nothing has been measured yet." in build_page(None)


def test_a_ratio_is_the_median_of_the_pairs_ratios(measuring):
    # The ratio of the medians would be 5.
    found = measuring.ratio([1.0, 10.0, 2.0], [4.0, 20.0, 10.0])
    assert found == {"median": 4.0, "least": 2.0, "most": 5.0}


seconds = st.floats(1e-3, 1e3)


@given(st.lists(st.tuples(seconds, seconds, st.floats(0.1, 10)), min_size=1))
def test_what_slows_down_both_of_a_pair_does_not_change_the_ratio(measuring, rounds):
    ours, theirs, slower = zip(*rounds, strict=True)
    slow_ours, slow_theirs = (
        [each * factor for each, factor in zip(side, slower, strict=True)]
        for side in (ours, theirs)
    )
    assert measuring.ratio(slow_ours, slow_theirs) == pytest.approx(measuring.ratio(ours, theirs))


def test_rounds_without_a_partner_are_refused(measuring):
    with pytest.raises(ValueError):
        measuring.ratio([1.0, 2.0], [1.0])


@given(st.floats(-3, 3), st.floats(1e-3, 1e3))
def test_the_power_of_a_power_law_is_found(measuring, power, factor):
    found = measuring.growth_exponent({n: factor * n**power for n in (10, 70, 300, 5000)})
    assert found == pytest.approx(power, abs=1e-6)


@pytest.fixture
def script(tmp_path):
    """Writes a script; returns the command for it."""

    def script(name: str, text: str) -> list[str]:
        (tmp_path / name).write_text(text)
        return [str(tmp_path / name)]

    return script


def test_what_a_script_says_last_is_what_it_measured(measuring, script):
    talks = script("talks.py", "print('Epoch 1')\nprint('{\"step\": 0.5}')")
    assert measuring.seconds_of(talks) == {"step": 0.5}


def test_a_script_that_fails_is_told_of_with_its_last_words(measuring, script):
    with pytest.raises(measuring.MeasuringError, match=r"fails\.py: ValueError: no data$"):
        measuring.run_script(script("fails.py", "raise ValueError('no data')"))


def test_memory_is_read_from_the_lines_that_tell_it(benchmarks):
    lines = [
        "data memory is limited to 160 MB",
        "1 x:   6,069 images,   160 MB decoded, peak RSS   58 MB",
        "4 x:  24,273 images,   640 MB decoded, peak RSS  177 MB",
    ]
    assert benchmarks("growth").memory_points(lines) == [(160, 58), (640, 177)]


@pytest.fixture
def comparison(benchmarks, script, tmp_path):
    """Two scripts that leave an A and a B behind, and take one and three seconds as they say."""
    comparisons = benchmarks("comparisons")
    log = str(tmp_path / "log")
    ours, theirs = (
        script(f"{letter}.py", f"open({log!r}, 'a').write({letter!r})\nprint({printed!r})")
        for letter, printed in (("A", '{"step": 1.0}'), ("B", '{"step": 3.0}'))
    )
    row = comparisons.Row(work="a step", figure="step", target=2.0)
    return comparisons.Comparison(name="step", peer="B", ours=ours, theirs=theirs, rows=[row])


def test_the_two_of_a_comparison_run_in_turn(measuring, comparison, tmp_path):
    measuring.compare(comparison, 3)
    assert (tmp_path / "log").read_text() == "ABABAB"


def test_a_comparison_keeps_the_seconds_of_every_round(measuring, comparison):
    [result] = measuring.compare(comparison, 2)
    assert (result["ours"], result["theirs"]) == ([1.0, 1.0], [3.0, 3.0])
    assert result["ratio"]["median"] == 3.0


def test_a_peer_that_fails_makes_its_rows_missing(measuring, comparison, tmp_path):
    (tmp_path / "B.py").write_text("import no_such_peer")
    [result] = measuring.compare(comparison, 2)
    assert "No module named 'no_such_peer'" in result["missing"]
    assert "ratio" not in result


def test_every_script_is_there(benchmarks, measuring):
    for each in benchmarks("comparisons").comparisons(torch_python=None, cats_and_dogs=None):
        for command in (each.ours, each.theirs):
            assert (measuring.HERE / command[0]).is_file()


def test_an_interpreter_without_pytorch_has_no_version_of_it(benchmarks, tmp_path):
    machine = benchmarks("machine")
    assert machine.torch_version(str(tmp_path / "no-such-python")) is None


def texts_of(svg):
    """The texts of a drawing: Matplotlib writes each beside its outlines, as a comment."""
    return re.findall(r"<!-- (.*?) -->", svg.read_text(), re.DOTALL)


def test_the_picture_shows_every_ratio_and_what_is_missing(benchmarks, tmp_path):
    picture = tmp_path / "comparison.svg"
    benchmarks("pictures").draw_comparison(RESULTS["comparison"], picture)
    found = texts_of(picture)
    assert [each for each in found if each in ("3.00", "1.90", "not measured")] == [
        *("3.00", "1.90", "not measured")
    ]
    assert {"against stock Keras", "a picture"} <= set(found)


def test_the_picture_of_growth_has_a_panel_for_each_that_has_points(benchmarks, tmp_path):
    rows = [
        {**GROWN, "points": [(1, 2.0), (2, 4.0)], "axes": [f"images {place}", f"seconds {place}"]}
        for place in ("here", "there")
    ]
    benchmarks("pictures").draw_growth(rows, tmp_path / "growth.svg")
    found = texts_of(tmp_path / "growth.svg")
    assert {"images here", "seconds here", "images there", "seconds there"} <= set(found)


def test_the_command_of_the_page_is_accepted(benchmarks, repository, tmp_path, monkeypatch):
    page = (repository / "docs" / "speed.md").read_text("utf-8")
    [line] = [each for each in page.splitlines() if each.startswith("python tests/benchmarks/")]
    (tmp_path / "cats_and_dogs" / "training_set").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    compare = benchmarks("compare")
    assert compare.parse_arguments(shlex.split(line)[2:]).only == compare.NAMES


def test_a_part_is_printed_and_not_written(repository):
    command = [sys.executable, "tests/benchmarks/compare.py", "--only", "cats_vs_dogs"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 2
    assert "not measured (no photographs here" in done.stdout
