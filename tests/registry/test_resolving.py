"""Names that nobody registered: unknown ones, and those of open-ended families."""

import sys
import warnings

import pytest

from modelzoo.errors import AmbiguousNameError, PluginError, PluginWarning, UnknownNameError

pytestmark = pytest.mark.usefixtures("heavy_library")


def unknown(host, kind, name):
    with warnings.catch_warnings(), pytest.raises(UnknownNameError) as caught:
        warnings.simplefilter("ignore", PluginWarning)
        host.find(kind, name)
    return str(caught.value)


def test_an_unknown_name_names_the_plugins_that_failed(environment):
    environment.install("acme", bad="1 / 0")
    message = unknown(environment.host(), "model", "net")
    assert message.startswith("There is no model named 'net'.")
    assert message.endswith(
        "Plugins that failed or are blocked: "
        "bad (failed: importing acme_bad raised ZeroDivisionError: division by zero)."
    )


def test_an_unknown_name_names_the_plugins_that_are_blocked(environment, plugin_with):
    environment.install("beta", more=plugin_with("b"))
    message = unknown(environment.host(MODELZOO_BLOCK_PLUGINS="beta"), "model", "b")
    assert "more (blocked: named in MODELZOO_BLOCK_PLUGINS)" in message


def test_an_unknown_name_speaks_of_no_plugins_where_all_are_well(environment, plugin_with):
    environment.install("acme", nets=plugin_with("a"))
    assert "lugins" not in unknown(environment.host(), "model", "nothing")


RESOLVE = """
    asked = []

    @hookimpl
    def modelzoo_resolve(kind, name):
        asked.append((kind, name))
        if kind == "model" and name.startswith(("hf/", "net_")):
            return model(name)
    """


def test_a_name_of_a_family_is_resolved(environment):
    environment.install("acme-zoo", hf=RESOLVE)
    entry = environment.host().find("model", "hf/owner/Net-1")
    assert (entry.spec.name, entry.provenance.distribution) == ("hf/owner/Net-1", "acme-zoo")


@pytest.mark.parametrize("name", ["HF/owner/Net-1", " hf/owner/Net-1 ", "Acme-Zoo/HF/owner/Net-1"])
def test_the_first_word_of_a_name_may_be_written_in_any_case(environment, name):
    environment.install("acme-zoo", hf=RESOLVE)
    assert environment.host().find("model", name).spec.name == "hf/owner/Net-1"


REFUSE = """
    from modelzoo.errors import UnknownNameError

    @hookimpl
    def modelzoo_resolve(kind, name):
        if name.startswith("hf/"):
            raise UnknownNameError("The hub has no 'nte'. Did you mean 'hf/net'?")
    """


def test_a_plugin_refuses_a_name_of_its_family_in_its_own_words(environment):
    environment.install("acme", hf=REFUSE)
    host = environment.host(MODELZOO_STRICT_PLUGINS="1")
    assert unknown(host, "model", "hf/nte") == "The hub has no 'nte'. Did you mean 'hf/net'?"
    assert [each.reason for each in host.records if each.name == "hf"] == [""]


def test_a_name_that_one_refuses_may_be_another_s(environment):
    environment.install("acme", hf=RESOLVE)
    environment.install("zeta", hf=REFUSE)
    assert environment.host().find("model", "hf/nte").provenance.distribution == "acme"


def test_a_name_that_is_refused_is_so_by_its_full_name_too(environment):
    environment.install("acme", hf=REFUSE)
    assert unknown(environment.host(), "model", "acme/hf/nte").startswith("The hub has no 'nte'")


def test_a_plugin_that_refuses_its_names_leaves_others_alone(environment):
    environment.install("acme", hf=REFUSE)
    message = unknown(environment.host(), "model", "net")
    assert message.startswith("There is no model named 'net'.")


@pytest.mark.parametrize("name", ["hf/net", "net_035"])
def test_what_was_resolved_is_found_by_its_full_name(environment, name):
    environment.install("acme-zoo", hf=RESOLVE)
    host = environment.host()
    entry = host.find("model", name)
    assert host.find("model", entry.full_name) == entry


def test_what_was_resolved_has_a_name_to_show_by_which_it_is_found(environment):
    environment.install("acme-zoo", hf=RESOLVE)
    host = environment.host()
    entry = host.find("model", "hf/net")
    assert host.find("model", host.registry.display_name(entry)) == entry


FAMILY = """
    from modelzoo import Family

    @hookimpl
    def modelzoo_families():
        return [Family(kind="model", pattern="hf/NAME", summary="Hub", examples=("hf/net",))]
    """


def shown(environment):
    host = environment.host()
    return host.registry.display_name(host.find("model", "acme/hf/net"))


def test_what_was_resolved_is_shown_by_its_bare_name_where_one_distribution_has_it(environment):
    environment.install("acme", hf=RESOLVE + FAMILY)
    assert shown(environment) == "hf/net"


def test_what_two_families_may_resolve_is_shown_by_its_full_name(environment):
    environment.install("acme", hf=RESOLVE + FAMILY)
    environment.install("beta", hf=FAMILY)
    assert shown(environment) == "acme/hf/net"


def test_a_name_that_two_distributions_know_is_ambiguous(environment):
    environment.install("acme", hf=RESOLVE)
    environment.install("beta", hf=RESOLVE)
    with pytest.raises(AmbiguousNameError) as caught:
        environment.host().find("model", "hf/net")
    assert str(caught.value) == (
        "model 'hf/net' is offered by 2 plugins. Use 'acme/hf/net' or 'beta/hf/net', "
        "or leave one out by MODELZOO_BLOCK_PLUGINS=beta."
    )


def test_two_plugins_of_one_distribution_may_know_a_name(environment):
    environment.install("acme", hf=RESOLVE, again=RESOLVE)
    assert environment.host().find("model", "hf/net").provenance.distribution == "acme"


def test_of_two_families_that_know_a_name_one_is_chosen_by_its_distribution(environment):
    environment.install("acme", hf=RESOLVE)
    environment.install("beta", hf=RESOLVE)
    host = environment.host()
    assert [
        host.find("model", f"{each}/hf/net").provenance.distribution for each in ("acme", "beta")
    ] == ["acme", "beta"]


def test_a_family_is_asked_only_on_a_miss(environment, plugin_with):
    environment.install("acme", hf=RESOLVE, nets=plugin_with("net"))
    host = environment.host()
    host.find("model", "net")
    assert sys.modules["acme_hf"].asked == []


def test_a_family_is_not_asked_for_its_own_pattern(environment):
    environment.install(
        "acme",
        hf=RESOLVE
        + """
    @hookimpl
    def modelzoo_families():
        return [Family(kind="model", pattern="hf/NAME", summary="Any", examples=("hf/net",))]
    """,
    )
    assert unknown(environment.host(), "model", "hf/NAME").endswith("look like 'hf/net'.")
    assert sys.modules["acme_hf"].asked == []


def test_a_family_is_not_asked_for_a_name_that_is_no_string(environment):
    environment.install("acme", hf=RESOLVE)
    unknown(environment.host(), "model", None)
    assert sys.modules["acme_hf"].asked == []


def test_an_ambiguous_name_is_no_miss(environment, plugin_with):
    environment.install("acme", zoo=plugin_with("net"), hf=RESOLVE)
    environment.install("beta", zoo=plugin_with("net"))
    with pytest.raises(AmbiguousNameError):
        environment.host().find("model", "net")
    assert sys.modules["acme_hf"].asked == []


def test_a_name_that_no_family_knows_is_unknown(environment):
    environment.install("acme", hf=RESOLVE)
    assert unknown(environment.host(), "dataset", "hf/net").startswith("There is no dataset named")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise OSError('no network')", "modelzoo_resolve raised OSError: no network"),
        ("raise SystemExit(1)", "modelzoo_resolve raised SystemExit: 1"),
        ("import heavy_stand_in", "imports 'heavy_stand_in' while it is asked what it offers"),
        ("return 'net'", "modelzoo_resolve returned 'net', expected a ModelSpec"),
        ("return [model('hf/net')]", "expected a ModelSpec"),
        ("return model('hf/other')", "was asked for 'hf/net', returned 'hf/other'"),
        ("return model('HF')", "'HF' is not a name"),
    ],
    ids=["raises", "exits", "heavy", "text", "list", "other_name", "wrong_name"],
)
class TestAFamilyThatFails:
    @pytest.fixture
    def failing(self, environment, body, quietly):
        environment.install("zeta", hf=f"@hookimpl\ndef modelzoo_resolve(kind, name):\n    {body}")
        return environment

    def test_the_name_is_unknown_and_the_reason_is_named(self, failing, reason):
        assert reason in unknown(failing.host(), "model", "hf/net")

    def test_another_plugin_may_know_the_name(self, failing, reason, quietly):
        failing.install("acme", hf=RESOLVE)
        host = failing.host()
        found = quietly(lambda: host.find("model", "hf/net"))
        assert found.provenance.distribution == "acme"

    def test_it_is_warned_about_once(self, failing, reason):
        host = failing.host()
        with pytest.warns(PluginWarning) as caught, pytest.raises(UnknownNameError):
            host.find("model", "hf/net")
        assert len(caught) == 1
        with warnings.catch_warnings(), pytest.raises(UnknownNameError):
            warnings.simplefilter("error")
            host.find("model", "hf/net")

    def test_strict_mode_raises(self, failing, reason):
        host = failing.host(MODELZOO_STRICT_PLUGINS="1")
        with pytest.raises(PluginError, match="Plugin 'hf' of zeta"):
            host.find("model", "hf/net")
