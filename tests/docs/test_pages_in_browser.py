"""What a reader sees of the pages, in a browser."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
COLOUR_SCHEMES = {"dark": 0, "light": 1}  # as Chromium numbers them

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here"),
]


def browse(page, *options) -> str:
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1200,900"]
    done = subprocess.run(
        [*command, *options, page.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


@pytest.mark.parametrize("scheme", COLOUR_SCHEMES)
def test_the_house_has_the_colours_that_the_reader_likes(scheme, site, tmp_path):
    picture = tmp_path / "page.png"
    setting = f"--blink-settings=preferredColorScheme={COLOUR_SCHEMES[scheme]}"
    browse(site / "concepts.html", setting, f"--screenshot={picture}")
    brightness = np.asarray(Image.open(picture).convert("L"))
    # Where the picture of the house is: it must not be a light island in a dark page.
    house = brightness[100:550, 352:1088]
    assert ("light" if np.median(house) > 127 else "dark") == scheme
    assert np.percentile(house, 99) - np.percentile(house, 1) > 120


@pytest.mark.parametrize("scheme", COLOUR_SCHEMES)
def test_the_cards_have_the_colours_that_the_reader_likes(scheme, site, tmp_path):
    picture = tmp_path / "page.png"
    setting = f"--blink-settings=preferredColorScheme={COLOUR_SCHEMES[scheme]}"
    browse(site / "gallery.html", setting, f"--screenshot={picture}")
    brightness = np.asarray(Image.open(picture).convert("L"))
    # Two cards side by side.
    for left, right in ((362, 700), (740, 1078)):
        card = brightness[230:580, left:right]
        assert ("light" if np.median(card) > 127 else "dark") == scheme
        assert np.percentile(card, 99) - np.percentile(card, 1) > 120


def test_the_house_is_drawn_in_the_page(site):
    page = browse(site / "concepts.html", "--dump-dom")
    [house] = re.findall(r'<svg[^>]*class="house".*?</svg>', page, re.DOTALL)
    assert {"registry", "compose · weights", "training"} <= set(
        re.findall(r">([^<]+)</text>", house)
    )
