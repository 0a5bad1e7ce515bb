import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.order import epoch_order, random_generator

seeds = st.integers(0, 2**31 - 1)
epochs = st.integers(0, 10_000)


@given(seeds, epochs, st.integers(1, 300))
def test_an_order_is_a_permutation(seed, epoch, n):
    assert sorted(epoch_order(seed, epoch, n)) == list(range(n))


@given(seeds, epochs)
def test_an_order_depends_on_its_arguments_alone(seed, epoch):
    np.random.seed(epoch)
    assert np.array_equal(epoch_order(seed, epoch, 50), epoch_order(seed, epoch, 50))


@given(seeds, epochs)
def test_epochs_have_different_orders(seed, epoch):
    assert not np.array_equal(epoch_order(seed, epoch, 200), epoch_order(seed, epoch + 1, 200))


def test_purposes_get_unrelated_numbers():
    order, augment = (random_generator(0, 0, each).random(1000) for each in ("order", "augment"))
    assert abs(np.corrcoef(order, augment)[0, 1]) < 0.1
