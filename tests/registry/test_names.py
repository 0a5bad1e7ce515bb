import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.errors import InvalidSpecError
from modelzoo.registry.names import (
    KINDS,
    check_kind,
    check_name,
    closest,
    natural_key,
    normalise_distribution,
    normalise_name,
    normalise_pattern,
)

stored_names = st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True)


@given(st.text())
def test_normalising_a_name_twice_changes_nothing_more(text):
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@given(stored_names)
def test_a_stored_name_normalises_to_itself(name):
    assert normalise_name(name) == name


@given(stored_names)
def test_capitals_and_hyphens_make_no_difference(name):
    assert normalise_name(name.upper().replace("_", "-")) == name


@given(st.text(alphabet="aZ0-_."))
def test_normalising_a_distribution_twice_changes_nothing_more(text):
    once = normalise_distribution(text)
    assert normalise_distribution(once) == once


@pytest.mark.parametrize("written", ["acme-zoo", "Acme_Zoo", "acme.zoo", "ACME--zoo"])
def test_distributions_are_compared_as_the_packaging_standards_say(written):
    assert normalise_distribution(written) == "acme-zoo"


def test_a_pattern_keeps_the_hyphen_of_a_range():
    assert normalise_pattern("Mobile-Net-[0-9]-[!a-c]*") == "mobile_net_[0-9]_[!a-c]*"


@given(stored_names)
def test_a_stored_name_may_be_registered(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "Net", "my-net", "1net", "_net", "my net", "né", "net\n", "a/b", None, 3, b"net"]
)
def test_what_is_not_a_name_is_refused(name):
    with pytest.raises(InvalidSpecError, match="is not a name: expected lower-case snake case"):
        check_name(name)


def test_a_nearly_right_name_is_refused_with_the_right_one():
    with pytest.raises(InvalidSpecError, match="Use 'my_net'"):
        check_name("My-Net")


@pytest.mark.parametrize("name", ["tfds/mnist", "hf/owner/Some-Name.v2", "plain"])
def test_a_name_of_an_open_ended_family_may_have_slashes(name):
    assert check_name(name, open_ended=True) == name


@pytest.mark.parametrize("name", ["/mnist", "tfds/", "tfds//mnist", "tfds/../mnist", "TFDS/mnist"])
def test_slashes_in_the_wrong_place_are_refused(name):
    with pytest.raises(InvalidSpecError):
        check_name(name, open_ended=True)


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_the_five_kinds_is_one(kind):
    check_kind(kind)


@pytest.mark.parametrize("kind", ["models", "Model", "", None])
def test_another_kind_is_refused(kind):
    with pytest.raises(InvalidSpecError, match="is not a kind of spec"):
        check_kind(kind)


@given(st.text(alphabet="ab_", max_size=3), st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_in_names_sort_by_their_values(prefix, first, second):
    names = [f"{prefix}x{first}", f"{prefix}x{second}"]
    assert sorted(names, key=natural_key) == [
        f"{prefix}x{number}" for number in sorted((first, second))
    ]


@given(st.text(max_size=8), st.text(max_size=8))
def test_any_two_names_can_be_ordered(first, second):
    key, other = natural_key(first), natural_key(second)
    assert (key < other) + (key == other) + (key > other) == 1


@given(stored_names, st.lists(stored_names, max_size=5))
def test_a_name_is_closest_to_itself(name, others):
    assert closest(name, {name, *others})[0] == name


def test_at_most_three_close_matches_are_offered():
    assert len(closest("net", ["net1", "net2", "net3", "net4"])) == 3


def test_nothing_is_close_to_something_else():
    assert closest("mobilenet", ["shapes", "mnist_xyz"]) == []
