import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from modelzoo.data.augment import Augmentation
from modelzoo.data.augment.mixing import draw_partners

SIZE = (12, 20)


def draw(n, *, seed=0, **mixing):
    return Augmentation(**mixing).draw(seed=seed, epoch=0, size=SIZE, n=n)


def pair(n=8, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (2, n, *SIZE, 3), np.uint8)


def mix(images, partners, rows, **mixing):
    mixed, weights = Augmentation(**mixing).mix(images, partners, rows)
    return mixed.numpy(), weights.numpy()


@given(st.integers(0, 1000), st.integers(0, 50), st.integers(2, 300))
def test_partners_are_other_images_of_the_dataset(seed, epoch, n):
    partners = draw_partners(seed=seed, epoch=epoch, n=n)
    assert partners.dtype == np.int32
    assert partners.min() >= 0
    assert partners.max() < n
    assert (partners != np.arange(n)).all()


def test_every_other_image_is_as_likely_a_partner():
    n = 5
    counts = np.zeros((n, n))
    for epoch in range(2000):
        partners = draw_partners(seed=0, epoch=epoch, n=n)
        counts[np.arange(n), partners] += 1
    others = counts[~np.eye(n, dtype=bool)].reshape(n, n - 1)
    assert scipy.stats.chisquare(others, axis=1).pvalue.min() > 1e-3


def test_a_single_image_is_its_own_partner():
    assert draw_partners(seed=0, epoch=0, n=1).tolist() == [0]


@given(st.integers(0, 100))
@settings(max_examples=5, deadline=None)
def test_mixup_is_the_weighted_mean(seed):
    images, partners = pair(seed=seed)
    rows = draw(8, seed=seed, mixup=0.4)
    mixed, weights = mix(images, partners, rows, mixup=0.4)
    w = weights.astype(np.float64)[:, None, None, None]
    assert np.abs(mixed - (w * images + (1 - w) * partners)).max() <= 0.501


@pytest.mark.parametrize("alpha", [0.2, 1.0, 3.0])
def test_mixup_s_weights_have_the_beta_distribution(alpha):
    images, partners = pair(n=2000)
    _, weights = mix(images, partners, draw(2000, mixup=alpha), mixup=alpha)
    beta = scipy.stats.beta(alpha, alpha)
    assert scipy.stats.kstest(weights.astype(np.float64), beta.cdf).pvalue > 1e-3


@given(st.integers(0, 100))
@settings(max_examples=5, deadline=None)
def test_cutmix_takes_a_rectangle_and_weighs_labels_by_its_area(seed):
    images, partners = np.zeros((8, *SIZE, 1), np.uint8), np.full((8, *SIZE, 1), 255, np.uint8)
    rows = draw(8, seed=seed, cutmix=1.0)
    mixed, weights = mix(images, partners, rows, cutmix=1.0)
    for image, weight in zip(mixed[..., 0], weights, strict=True):
        assert (image == 0).mean() == pytest.approx(weight, abs=1e-6)
        from_partner = np.argwhere(image == 255)
        if len(from_partner):
            (top, left), (bottom, right) = from_partner.min(0), from_partner.max(0)
            assert (image[top : bottom + 1, left : right + 1] == 255).all()


def test_cutmix_s_rectangles_have_the_areas_of_the_paper_s_code():
    """Its rand_bbox, an image at a time, with the same distributions."""
    height, width = 120, 200
    rng, areas = np.random.default_rng(0), []
    for _ in range(4000):
        cut = np.sqrt(1 - rng.beta(1, 1))
        x, y = rng.integers(width), rng.integers(height)
        cut_w, cut_h = int(width * cut), int(height * cut)
        x = np.clip([x - cut_w // 2, x + cut_w // 2], 0, width)
        y = np.clip([y - cut_h // 2, y + cut_h // 2], 0, height)
        areas.append((x[1] - x[0]) * (y[1] - y[0]))
    rows = Augmentation(cutmix=1.0).draw(seed=0, epoch=0, size=(height, width), n=4000)
    ours = (rows[:, 3] - rows[:, 1]) * (rows[:, 4] - rows[:, 2])
    assert scipy.stats.ks_2samp(ours, areas).pvalue > 1e-3


def test_with_both_each_image_is_mixed_in_one_way():
    rows = draw(2000, mixup=1.0, cutmix=1.0)
    averaged = rows[:, 0] < 1
    cut = rows[:, 1:].any(axis=1)
    assert averaged.mean() == pytest.approx(0.5, abs=0.05)
    assert not (averaged & cut).any()
    assert (averaged | cut).mean() > 0.95
