import pytest

from modelzoo.errors import AmbiguousNameError


def test_a_plugin_that_claims_a_built_in_s_name_is_found_by_its_full_name(environment, plugin_with):
    environment.build_in(nets=plugin_with("net"))
    environment.install("acme", zoo=plugin_with("net"))
    host = environment.host()
    assert host.find("model", "net").provenance.builtin
    assert host.find("model", "acme/net").provenance.distribution == "acme"


def test_plugins_that_claim_one_name_both_stay(environment, plugin_with):
    environment.install("acme", zoo=plugin_with("net"))
    environment.install("beta", zoo=plugin_with("net"))
    host = environment.host()
    assert host.registry.names("model") == ["acme/net", "beta/net"]
    with pytest.raises(AmbiguousNameError, match="'acme/net' or 'beta/net'"):
        host.find("model", "net")


def test_a_name_that_a_sister_plugin_has_keeps_the_second_one_out(
    environment, plugin_with, quietly, record_of
):
    environment.install("acme", first=plugin_with("net"), second=plugin_with("other", "net"))
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["net"]
    assert "registered twice" in record_of(host, "second").reason


# What is said of it


def test_the_names_that_a_built_in_keeps_are_said(environment, plugin_with, record_of):
    environment.build_in(nets=plugin_with("net", "more"))
    environment.install("acme", zoo=plugin_with("net", "own"))
    assert record_of(environment.host(), "zoo").conflicts == [
        "model 'net' is built in, so this one is 'acme/net'"
    ]


def test_the_names_that_two_plugins_have_are_said_of_both(environment, plugin_with, record_of):
    environment.install("acme", a=plugin_with("net"))
    environment.install("beta", b=plugin_with("net"))
    host = environment.host()
    assert [record_of(host, name).conflicts for name in ("a", "b")] == [
        ["model 'net' is in beta, too, so this one is 'acme/net'"],
        ["model 'net' is in acme, too, so this one is 'beta/net'"],
    ]


def test_all_others_that_have_a_name_are_said(environment, plugin_with, record_of):
    for distribution in ("acme", "beta", "zeta"):
        environment.install(distribution, **{distribution: plugin_with("net")})
    assert record_of(environment.host(), "acme").conflicts == [
        "model 'net' is in beta and zeta, too, so this one is 'acme/net'"
    ]


def test_an_alias_that_another_has_is_said(environment, plugin_with, record_of):
    environment.build_in(nets=plugin_with("net"))
    environment.install(
        "acme",
        zoo="""
        @hookimpl
        def modelzoo_models():
            return [model("own", aliases=("net",))]
        """,
    )
    host = environment.host()
    assert record_of(host, "zoo").conflicts == [
        "model 'net' is built in, so this one is 'acme/net'"
    ]
    assert host.find("model", "acme/net").spec.name == "own"


def test_names_of_another_kind_are_no_conflict(environment, plugin_with, record_of):
    environment.build_in(nets=plugin_with("net"))
    environment.install(
        "acme",
        zoo="""
        @hookimpl
        def modelzoo_recipes():
            return [RecipeSpec(name="net", summary="A recipe", model="net", dataset="cats")]
        """,
    )
    assert record_of(environment.host(), "zoo").conflicts == []


def test_nothing_is_said_of_the_built_in_that_keeps_its_name(environment, plugin_with, record_of):
    environment.build_in(nets=plugin_with("net"))
    environment.install("acme", zoo=plugin_with("net"))
    assert record_of(environment.host(), "nets").conflicts == []


def test_a_failed_plugin_s_names_are_no_conflict(environment, plugin_with, record_of):
    environment.install("acme", zoo=plugin_with("net"))
    environment.install("beta", bad=plugin_with("net") + "\n        1 / 0")
    assert record_of(environment.host(), "zoo").conflicts == []


FAMILY = """
    @hookimpl
    def modelzoo_families():
        return [
            Family(kind="model", pattern="hub/NAME", summary="Any", examples=("hub/net",)),
            Family(kind="model", pattern="{own}/NAME", summary="Any", examples=("{own}/net",)),
        ]
    """


def test_a_family_that_another_has_is_said(environment, record_of):
    environment.install("acme", a=FAMILY.format(own="acme"))
    environment.install("beta", b=FAMILY.format(own="beta"))
    assert record_of(environment.host(), "a").conflicts == [
        "model family 'hub/NAME' is in beta, too"
    ]
