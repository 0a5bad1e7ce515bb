import pytest

from modelzoo.errors import InvalidSpecError, UnknownNameError
from modelzoo.registry import Family, ModelSpec, Provenance, Registry

MODEL = ModelSpec(name="net", summary="A model", builder="acme:net")


def provenance(distribution="acme", plugin="plugin"):
    return Provenance(
        distribution=distribution, version="1.0", plugin=plugin, module=f"{plugin}.module"
    )


def family(pattern, example, kind="dataset"):
    return Family(kind=kind, pattern=pattern, summary="Any", examples=(example,))


TFDS = family("tfds/NAME", "tfds/mnist")
TOWERS = family("acme/tower_N", "acme/tower_3", kind="model")
RECIPES = family("acme/RECIPE", "acme/quick", kind="recipe")


def registry_with(*families, **by_distribution):
    registry = Registry()
    for distribution, its_families in {"acme": families, **by_distribution}.items():
        registry.add(provenance(distribution), {}, its_families)
    return registry


def test_a_family_knows_where_it_came_from():
    [entry] = registry_with(TFDS).families()
    assert (entry.family, entry.provenance) == (TFDS, provenance())


def test_families_are_in_the_order_of_kinds_and_patterns():
    registry = registry_with(RECIPES, TFDS, TOWERS, family("hf/NAME", "hf/mnist"))
    assert [each.family.pattern for each in registry.families()] == [
        "acme/tower_N",
        "hf/NAME",
        "tfds/NAME",
        "acme/RECIPE",
    ]


def test_families_are_filtered_by_kind_and_distribution():
    registry = registry_with(TFDS, TOWERS, beta=[family("hf/NAME", "hf/mnist")])
    assert [each.family.pattern for each in registry.families("dataset", distribution="Beta")] == [
        "hf/NAME"
    ]


def test_families_of_another_kind_are_refused():
    with pytest.raises(InvalidSpecError, match="'datasets' is not a kind"):
        registry_with(TFDS).families("datasets")


@pytest.mark.parametrize("wrong", ["tfds/NAME", MODEL, None])
def test_something_that_is_no_family_is_refused_with_all_the_rest(wrong):
    registry = Registry()
    with pytest.raises(InvalidSpecError, match="modelzoo_families returned .*, expected a Family"):
        registry.add(provenance(), {"model": [MODEL]}, [TFDS, wrong])
    assert (registry.names("model"), registry.families()) == ([], [])


def test_a_spec_that_is_refused_takes_the_families_with_it():
    registry = Registry()
    with pytest.raises(InvalidSpecError):
        registry.add(provenance(), {"model": ["net"]}, [TFDS])
    assert registry.families() == []


def test_one_pattern_twice_in_a_distribution_is_refused():
    registry = registry_with(TFDS)
    with pytest.raises(
        InvalidSpecError,
        match="dataset family 'tfds/NAME' is there twice in distribution 'acme'",
    ):
        registry.add(provenance(plugin="other"), {}, [TFDS])


def test_two_distributions_may_have_one_pattern():
    assert len(registry_with(TFDS, beta=[TFDS]).families()) == 2


def test_one_pattern_may_be_of_two_kinds():
    assert len(registry_with(TFDS, family("tfds/NAME", "tfds/a", kind="recipe")).families()) == 2


def unknown(registry, kind, name):
    with pytest.raises(UnknownNameError) as caught:
        registry.find(kind, name)
    return str(caught.value)


@pytest.mark.parametrize("name", ["tfds/nothing", "TFDS/Nothing", "tfds", "tfds/a/b", "tfds/NAME"])
def test_a_name_that_begins_as_a_family_gets_its_pattern_and_an_example(name):
    assert unknown(registry_with(TFDS, TOWERS), "dataset", name) == (
        f"There is no dataset named {name!r}. "
        "Names of the dataset family 'tfds/NAME' look like 'tfds/mnist'."
    )


def test_a_name_that_begins_as_families_of_other_kinds_is_told_which():
    assert unknown(registry_with(TOWERS, RECIPES), "dataset", "acme/tower_1") == (
        "There is no dataset named 'acme/tower_1'. "
        "Names of the model family 'acme/tower_N' look like 'acme/tower_3'. "
        "Names of the recipe family 'acme/RECIPE' look like 'acme/quick'."
    )


def test_families_of_the_kind_are_all_that_is_told_where_there_are_some():
    assert "model" not in unknown(registry_with(TOWERS, RECIPES), "recipe", "acme/tower_1")


def test_a_misspelt_first_word_is_put_right():
    assert unknown(registry_with(TFDS), "dataset", "tdfs/mnist").endswith(
        "Did you mean 'tfds/mnist'?"
    )


def test_a_name_that_begins_as_no_family_hears_of_none():
    assert "tfds" not in unknown(registry_with(TFDS), "dataset", "fashion_mnist")
