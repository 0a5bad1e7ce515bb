import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.errors import AmbiguousNameError, InvalidSpecError, UnknownNameError
from modelzoo.registry import DatasetSpec, ModelSpec, Provenance, Registry
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION


def provenance(distribution="acme", plugin="plugin"):
    return Provenance(
        distribution=distribution, version="1.0", plugin=plugin, module=f"{plugin}.module"
    )


def model(name, **fields):
    return ModelSpec(name=name, summary="A model", builder="acme:net", **fields)


def dataset(name, **fields):
    return DatasetSpec(name=name, summary="Data", loader="acme:load", task="binary", **fields)


def registry_of(*specs, **by_distribution):
    """A registry with these specs from ``acme``, and others by distribution."""
    registry = Registry()
    for distribution, its_specs in {"acme": specs, **by_distribution}.items():
        name = BUILTIN_DISTRIBUTION if distribution == "builtin" else distribution
        registry.add(provenance(name), {"model": its_specs})
    return registry


@pytest.mark.parametrize("name", ["my_net", "My-Net", " MY_NET ", "acme/my_net", "ACME/My-Net"])
def test_a_model_is_found_however_its_name_is_written(name):
    assert registry_of(model("my_net")).find("model", name).full_name == "acme/my_net"


def test_an_entry_knows_where_it_came_from():
    assert registry_of(model("net")).find("model", "net").provenance == provenance()


@pytest.mark.parametrize("name", ["old_net", "Old-Net", "acme/old_net"])
def test_an_alias_stands_for_its_spec(name):
    registry = registry_of(model("net", aliases=("old_net",)))
    assert registry.find("model", name).spec.name == "net"


def test_an_alias_is_not_listed():
    assert registry_of(model("net", aliases=("old_net",))).names("model") == ["net"]


def test_one_name_may_be_of_two_kinds():
    registry = Registry()
    registry.add(provenance(), {"model": [model("cats")], "dataset": [dataset("cats")]})
    assert registry.find("dataset", "cats").kind == "dataset"


def test_adding_says_how_many_there_were_of_each_kind():
    specs = {"model": [model("a"), model("b")], "dataset": [dataset("c")], "task": []}
    assert Registry().add(provenance(), specs) == {"model": 2, "dataset": 1}


# Who has a name


def test_a_built_in_keeps_its_name():
    registry = registry_of(model("net"), builtin=[model("net")])
    assert registry.find("model", "net").provenance.builtin


def test_the_other_claimant_of_a_built_in_s_name_is_found_by_its_full_name():
    registry = registry_of(model("net"), builtin=[model("net")])
    assert registry.find("model", "acme/net").full_name == "acme/net"


def test_a_built_in_keeps_its_alias():
    registry = registry_of(model("old"), builtin=[model("net", aliases=("old",))])
    assert registry.find("model", "old").full_name == "tf-modelzoo/net"


def test_a_name_that_two_plugins_claim_is_ambiguous():
    registry = registry_of(model("net"), zeta=[model("net")])
    with pytest.raises(
        AmbiguousNameError,
        match=r"model 'net' is offered by 2 plugins\. Use 'acme/net' or 'zeta/net'\.",
    ):
        registry.find("model", "net")


def test_an_ambiguous_name_is_a_lookup_error_and_no_key_error():
    assert issubclass(AmbiguousNameError, LookupError)
    assert not issubclass(AmbiguousNameError, KeyError)


@pytest.mark.parametrize("distribution", ["acme", "zeta"])
def test_each_claimant_of_an_ambiguous_name_is_found_by_its_full_name(distribution):
    registry = registry_of(model("net"), zeta=[model("net")])
    found = registry.find("model", f"{distribution}/net")
    assert found.provenance.distribution == distribution


def test_names_are_listed_in_full_where_the_bare_one_is_somebody_else_s():
    registry = registry_of(model("net"), model("own"), builtin=[model("net")], zeta=[model("z")])
    assert registry.names("model") == ["acme/net", "net", "own", "z"]


@given(st.permutations(["tf-modelzoo", "acme", "beta", "zeta"]))
def test_the_order_of_registration_never_changes_what_a_name_means(order):
    offers = {
        "tf-modelzoo": [model("a"), model("b", aliases=("old",))],
        "acme": [model("a"), model("c"), model("d", aliases=("e",))],
        "beta": [model("c"), model("old"), model("e")],
        "zeta": [model("f", aliases=("c",))],
    }
    registry = Registry()
    for distribution in order:
        registry.add(provenance(distribution), {"model": offers[distribution]})

    def meaning(name):
        try:
            return registry.find("model", name).full_name
        except AmbiguousNameError as error:
            return str(error)

    assert [meaning(name) for name in "abcdef"] == [
        "tf-modelzoo/a",
        "tf-modelzoo/b",
        "model 'c' is offered by 3 plugins. Use 'acme/c' or 'beta/c' or 'zeta/f'.",
        "acme/d",
        "model 'e' is offered by 2 plugins. Use 'acme/d' or 'beta/e'.",
        "zeta/f",
    ]
    assert meaning("old") == "tf-modelzoo/b"


# All or nothing


@pytest.mark.parametrize(
    "wrong",
    [None, "net", ModelSpec, {"name": "net"}, dataset("cats")],
    ids=["none", "text", "class", "mapping", "another_kind"],
)
def test_what_is_no_spec_of_the_kind_is_refused(wrong):
    with pytest.raises(InvalidSpecError, match="expected a ModelSpec"):
        Registry().add(provenance(), {"model": [wrong]})


@pytest.mark.parametrize("iterable", [list, tuple, iter, set])
def test_any_iterable_of_specs_will_do(iterable):
    registry = Registry()
    registry.add(provenance(), {"model": iterable([model("net")])})
    assert registry.names("model") == ["net"]


def test_a_name_with_a_slash_can_not_be_registered():
    with pytest.raises(InvalidSpecError, match="'hf/net' is not a name"):
        Registry().add(provenance(), {"model": [model("hf/net")]})


@pytest.mark.parametrize("last", [None, model("a"), model("c", aliases=("a",))], ids=str)
def test_one_wrong_spec_keeps_all_of_the_plugin_s_specs_out(last):
    registry = Registry()
    with pytest.raises(InvalidSpecError):
        registry.add(provenance(), {"dataset": [dataset("x")], "model": [model("a"), last]})
    assert registry.names("model") == registry.names("dataset") == []


def test_a_name_that_another_plugin_of_the_distribution_has_is_refused():
    registry = Registry()
    registry.add(provenance(plugin="first"), {"model": [model("net")]})
    with pytest.raises(
        InvalidSpecError, match=r"registered twice in distribution 'acme': by plugin 'first' and"
    ):
        registry.add(provenance(plugin="second"), {"model": [model("net")]})


# Unknown names


def unknown(registry, kind, name):
    with pytest.raises(UnknownNameError) as caught:
        registry.find(kind, name)
    return str(caught.value)


def test_an_unknown_name_is_a_lookup_error_and_no_key_error():
    # The text of a KeyError is shown in quotation marks.
    assert issubclass(UnknownNameError, LookupError)
    assert not issubclass(UnknownNameError, KeyError)


def test_an_unknown_name_gets_the_closest_ones():
    message = unknown(registry_of(model("mobilenet"), model("shapes")), "model", "mobilnet")
    assert message == "There is no model named 'mobilnet'. Did you mean 'mobilenet'?"


def test_a_misspelt_distribution_gets_the_full_name():
    assert "'acme/net'" in unknown(registry_of(model("net")), "model", "acne/net")


def test_an_alias_is_among_the_closest():
    registry = registry_of(model("net", aliases=("ancient",)))
    assert "Did you mean 'ancient'" in unknown(registry, "model", "ancent")


def test_nothing_close_gets_the_command_that_lists_all():
    assert "`modelzoo list models` shows all" in unknown(registry_of(), "model", "net")


def test_a_name_of_another_kind_is_said_to_be_one():
    registry = Registry()
    registry.add(provenance(), {"dataset": [dataset("mnist")]})
    assert "There is a dataset of that name." in unknown(registry, "model", "MNIST")


def test_a_name_that_was_asked_for_before_is_not_said_to_be_of_another_kind():
    registry = Registry()
    unknown(registry, "dataset", "net")
    assert "of that name" not in unknown(registry, "model", "net")


@pytest.mark.parametrize("name", [None, 3, b"net", ["net"]], ids=repr)
def test_what_is_no_string_is_no_name(name):
    assert "a name is a string" in unknown(registry_of(model("net")), "model", name)


@given(st.text())
def test_any_text_is_a_name_or_an_unknown_one(text):
    try:
        found = registry_of(model("net")).find("model", text)
    except UnknownNameError:
        return
    assert found.spec.name == "net"


def test_another_kind_is_no_unknown_name():
    with pytest.raises(InvalidSpecError, match="'models' is not a kind"):
        Registry().find("models", "net")


# Lists


NETS = ("net_v2", "net_v10", "mobilenet", "mobilenet_mini", "shapes_net")


def names(pattern="*", **filters):
    registry = registry_of(
        *map(model, NETS[:-1]), model(NETS[-1], tags=("small",)), beta=[model("beta_net")]
    )
    return [entry.spec.name for entry in registry.entries("model", pattern, **filters)]


def test_names_are_listed_in_natural_order():
    assert names() == [
        "beta_net",
        "mobilenet",
        "mobilenet_mini",
        "net_v2",
        "net_v10",
        "shapes_net",
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("mobilenet*", ["mobilenet", "mobilenet_mini"]),
        ("MobileNet-*", ["mobilenet_mini"]),
        ("*mini", ["mobilenet_mini"]),
        ("net_v?", ["net_v2"]),
        ("net-v[0-9]*", ["net_v2", "net_v10"]),
        ("net_v[!0-1]*", ["net_v2"]),
        ("mobilenet", ["mobilenet"]),
        ("Beta/*", ["beta_net"]),
        ("*/net_v2", ["net_v2"]),
        ("acme*", []),
        ("nothing", []),
    ],
)
def test_wildcards(pattern, expected):
    assert names(pattern) == expected


def test_a_hyphen_in_a_distribution_matches_itself():
    registry = registry_of(**{"acme-zoo": [model("net")]})
    assert [each.full_name for each in registry.entries("model", "acme-zoo/*")] == ["acme-zoo/net"]


def test_only_those_with_a_tag():
    assert names(tag="small") == ["shapes_net"]


@pytest.mark.parametrize("distribution", ["beta", "BETA"])
def test_only_those_of_a_distribution(distribution):
    assert names(distribution=distribution) == ["beta_net"]


def test_a_deprecated_one_is_hidden():
    assert registry_of(model("old", deprecated="Use net."), model("net")).names("model") == ["net"]


def test_a_deprecated_one_is_listed_when_asked_for():
    registry = registry_of(model("old", deprecated="Use net."), model("net"))
    found = registry.entries("model", deprecated=True)
    assert [entry.spec.name for entry in found] == ["net", "old"]


def test_a_deprecated_one_is_found():
    registry = registry_of(model("old", deprecated="Use net."))
    assert registry.find("model", "old").spec.name == "old"


def test_entries_of_another_kind_than_the_five():
    with pytest.raises(InvalidSpecError, match="'nets' is not a kind"):
        Registry().entries("nets")


@given(st.sets(st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True), max_size=6))
def test_every_listed_name_is_found_and_means_what_it_was_listed_for(names):
    registry = registry_of(*map(model, names), beta=[model(each) for each in sorted(names)[::2]])
    for entry in registry.entries("model"):
        assert registry.find("model", registry.display_name(entry)) is entry
