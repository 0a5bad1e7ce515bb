import base64
import html
import json
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from modelzoo.errors import StorageError
from modelzoo.reporting import Picture, plot_confusion, plot_history, write_report


@pytest.fixture
def page(tmp_path, info, rows):
    """Writes the page of a run and gives its path."""

    def write(changes=None, *, epochs=3, folder="runs/my_run", defaults=None, pictures=()):
        path = tmp_path / "report.html"
        write_report(
            path,
            folder=folder,
            info={**info, **(changes or {})},
            history=rows(epochs, "loss", "accuracy"),
            pictures=pictures,
            defaults=defaults,
        )
        return path

    return write


@pytest.fixture
def pictures(tmp_path, rows):
    """Real pictures."""
    plot_history(rows(5, "loss", "accuracy"), tmp_path / "curves.png")
    labels = np.arange(10)
    plot_confusion(labels, labels, [f"class {each}" for each in labels], tmp_path / "confusion.png")
    return [
        Picture(title=name, caption=f"What {name} shows", path=tmp_path / f"{name}.png")
        for name in ("curves", "confusion")
    ]


def text_of(path):
    """What a reader sees, spaces made one."""
    body = path.read_text(encoding="utf-8").partition("</style>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_it_says_what_the_run_is(page):
    text = text_of(page())
    assert (
        "tiny_net (Summary of tiny_net) trained on drawings (Summary of drawings) for the task "
        "binary (Summary of binary)." in text
    )
    assert "Begun on 31 January 2026, 12:34 UTC." in text


def test_the_monitored_metric_on_the_test_split_comes_first(page):
    assert "test accuracy 0.7870 status finished epochs 3 of 3 training time 0:00:08" in text_of(
        page()
    )


def test_without_a_test_split_the_validation_comes_first(page):
    assert "validation loss 0.5000" in text_of(page({"results": {"val_loss": 0.5}, "monitor": {}}))


def test_results_are_a_table_of_metrics_and_splits(page):
    assert (
        "metric training validation test "
        "loss 0.4000 0.4500 0.4610 accuracy 0.8300 0.8000 0.7870" in text_of(page())
    )


def test_every_setting_is_there_and_those_not_at_their_default_are_marked(page):
    text = text_of(page(defaults={"epochs": 10, "batch_size": 32, "augment": {}, "loss": None}))
    assert (
        "epochs 3 (not the default) batch_size 32 "
        'augment {"zoom": 0.2} (not the default) loss null' in text
    )


@pytest.mark.parametrize(
    "fact",
    [
        "input 32 x 48 pixels, 3 channels",
        "images 270 training, 30 validation, 1,000 test",
        "classes cat, dog",
        'model options {"alpha": 0.5}',
        'dataset options {"train": 300}',
        "data folder /data/my drawings",
        "fingerprint of the data 0123456789abcdef",
        "from tf-modelzoo 1.2.3, plugin drawings_plugin (modelzoo.builtin.drawings.plugin)",
        "paper: arXiv:1704.04861",
        "licence: CC0-1.0",
        "python 3.11.7",
        "keras 3.15.1",
    ],
)
def test_it_says_where_everything_came_from(page, fact):
    assert fact in text_of(page())


def test_each_epoch_has_its_row(page):
    assert "3 rows, as in history.csv" in text_of(page(epochs=3))
    assert "2 20 2.5 128 0.001 0.333333 0.333333 0.5 0.5" in text_of(page(epochs=3))


def test_commands_are_there_word_for_word(page):
    assert "modelzoo predict 'runs/my run' IMAGE..." in text_of(page(folder="runs/my run"))


def test_names_are_text_and_never_markup(page, info):
    evil = "<script>alert('&')</script>\"><img src=x onerror=alert(1)>"
    info["model"]["spec"]["summary"] = evil
    path = page({"classes": [evil, "dog"], "data_dir": evil}, folder=f"runs/{evil}")
    source = path.read_text(encoding="utf-8")
    assert "<script" not in source
    assert "<img" not in source
    assert html.unescape(source).count(evil) >= 3


def test_the_page_needs_no_other_file_and_no_network(page, pictures):
    source = page(pictures=pictures).read_text(encoding="utf-8")
    addresses = re.findall(r"""(?:src|href|url|@import)\s*[=(]?\s*["']?([^"'\s)>]+)""", source)
    assert addresses
    assert all(each.startswith("data:image/png;base64,") for each in addresses)


def test_pictures_are_in_the_page_to_the_byte(page, pictures):
    source = page(pictures=pictures).read_text(encoding="utf-8")
    embedded = re.findall(r'src="data:image/png;base64,([^"]+)"', source)
    assert [base64.b64decode(each) for each in embedded] == [
        each.path.read_bytes() for each in pictures
    ]


def test_every_picture_says_what_it_shows_to_those_who_do_not_see_it(page, pictures):
    source = page(pictures=pictures).read_text(encoding="utf-8")
    assert re.findall(r'<img [^>]*alt="([^"]*)"', source) == [
        "What curves shows",
        "What confusion shows",
    ]


def test_a_run_of_an_older_version_with_few_entries_has_a_page_too(page, info):
    for name in ("results", "monitor", "versions", "fingerprint", "splits", "recipe"):
        info.pop(name)
    assert "images unknown" in text_of(page(epochs=0))


def test_a_page_that_cannot_be_written_leaves_nothing_behind(tmp_path, info):
    (tmp_path / "report.html").mkdir()
    with pytest.raises(StorageError, match=r"report.html can't be written"):
        write_report(tmp_path / "report.html", folder="runs/a", info=info, history=[])
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_the_wheel_has_the_template(repository, tmp_path):
    pytest.importorskip("hatchling", reason="the library that builds the wheel is not installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert "modelzoo/reporting/report.html.jinja" in zipfile.ZipFile(wheel).namelist()


def measured(dom, tmp_path, page, width, *options):
    """What a browser makes of a page in a window of some width: it is asked by a script."""
    frame = tmp_path / "frame.html"
    frame.write_text(
        f"""<!DOCTYPE html><meta name="color-scheme" content="light dark">
        <iframe style="width:{width}px; height:3000px; border:0"
        srcdoc="{html.escape(page.read_text(encoding="utf-8"))}"></iframe><pre></pre><script>
        addEventListener("load", () => {{
            const inside = document.querySelector("iframe").contentDocument;
            const root = inside.documentElement;
            document.querySelector("pre").textContent = JSON.stringify({{
                overflow: root.scrollWidth - root.clientWidth,
                height: root.scrollHeight,
                images: [...inside.images].map(each => each.naturalWidth),
                shown: [...inside.images].map(each => each.clientWidth),
                ground: getComputedStyle(inside.body).backgroundColor,
                ink: getComputedStyle(inside.body).color,
            }});
        }});
        </script>""",
        encoding="utf-8",
    )
    found = re.search(r"<pre>(.*?)</pre>", dom(frame, *options), re.S)
    return json.loads(html.unescape(found[1]))


def luminance(colour):
    """Relative luminance, 0 to 1 (WCAG 2.2), of a CSS ``rgb(...)``."""
    channels = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("width", [360, 1000])
def test_a_browser_shows_the_pictures_and_nothing_sticks_out(dom, tmp_path, page, pictures, width):
    seen = measured(dom, tmp_path, page(pictures=pictures, folder=f"runs/{'x' * 120}"), width)
    assert seen["overflow"] == 0
    assert len(seen["images"]) == 2
    assert all(seen["images"])


def test_on_a_phone_pictures_stay_large_enough_to_be_read(dom, tmp_path, page, pictures):
    seen = measured(dom, tmp_path, page(pictures=pictures), 360)
    assert min(seen["shown"]) > 500


@pytest.mark.parametrize(("scheme", "dark"), [(0, True), (1, False)])
def test_the_page_is_dark_where_the_reader_wants_it_dark(dom, tmp_path, page, scheme, dark):
    """Blink's preferred colour schemes: 0 is dark, 1 is light."""
    option = f"--blink-settings=preferredColorScheme={scheme}"
    seen = measured(dom, tmp_path, page(), 1000, option)
    ground, ink = luminance(seen["ground"]), luminance(seen["ink"])
    assert (ground < ink) is dark
    # WCAG 2.2, 1.4.6: contrast enhanced, 7 to 1.
    assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) > 7
