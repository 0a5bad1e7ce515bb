"""Which plugins there are, when they are loaded, and what is known of them."""

import importlib
import sys
import textwrap
import threading
import warnings
from types import SimpleNamespace

import pytest

from modelzoo.errors import PluginWarning
from modelzoo.registry import plugins


def test_nothing_is_loaded_before_the_first_question(environment):
    environment.install("acme", zoo="raise RuntimeError('loaded too early')")
    environment.host()


def test_specs_of_built_in_and_installed_plugins_are_found(environment, plugin_with):
    environment.build_in(nets=plugin_with("ours"))
    environment.install("acme-zoo", zoo=plugin_with("theirs"))
    assert environment.host().registry.names("model") == ["ours", "theirs"]


def test_plugins_are_asked_built_in_ones_first_then_by_distribution(environment, plugin_with):
    environment.install("zeta", b=plugin_with("z"))
    environment.install("Acme", b=plugin_with("b"), a=plugin_with("a"))
    environment.build_in(own=plugin_with("o"))
    records = environment.host().records
    assert [(each.distribution, each.name) for each in records] == [
        ("tf-modelzoo", "own"),
        ("acme", "a"),
        ("acme", "b"),
        ("zeta", "b"),
    ]


def test_two_distributions_may_have_plugins_of_one_name(environment, plugin_with):
    environment.install("acme", zoo=plugin_with("a"))
    environment.install("beta", zoo=plugin_with("b"))
    assert environment.host().registry.names("model") == ["a", "b"]


def test_a_plugin_may_be_an_object_in_a_module(environment):
    environment.install(
        "acme",
        zoo="""
        class Plugin:
            @hookimpl
            def modelzoo_models(self):
                return [model("net")]

        plugin = Plugin()
        """,
    )
    point = environment.entry_points.pop()
    about = next(environment.folder.glob("*.dist-info"))
    (about / "entry_points.txt").write_text(f"[modelzoo]\nzoo = {point.value}:plugin\n")
    environment.entry_points += importlib.metadata.Distribution.at(about).entry_points
    assert environment.host().registry.names("model") == ["net"]


def test_two_functions_may_implement_one_hook(environment):
    environment.install(
        "acme",
        zoo="""
        @hookimpl(specname="modelzoo_models")
        def small_ones():
            return [model("small")]

        @hookimpl(specname="modelzoo_models")
        def large_ones():
            return [model("large")]
        """,
    )
    assert environment.host().registry.names("model") == ["large", "small"]


def test_an_entry_knows_distribution_version_plugin_and_module(environment, plugin_with):
    environment.install("acme-zoo", version="2.1", nets=plugin_with("net"))
    provenance = environment.host().find("model", "net").provenance
    assert (
        provenance.distribution,
        provenance.version,
        provenance.plugin,
        provenance.module,
        provenance.builtin,
    ) == ("acme-zoo", "2.1", "nets", "acme_zoo_nets", False)


def test_a_record_says_how_much_a_plugin_brought(environment, plugin_with, record_of):
    environment.install("acme", zoo=plugin_with("a", "b"))
    record = record_of(environment.host(), "zoo")
    assert (record.status, record.reason, record.counts) == ("loaded", "", {"model": 2})


def test_a_plugin_that_asks_for_names_meanwhile_sees_those_that_are_there(environment, plugin_with):
    environment.install("acme", zoo=plugin_with("good"))
    environment.install(
        "beta",
        zoo="""
        @hookimpl
        def modelzoo_models():
            import builtins
            return [model(f"more_than_{name}") for name in builtins.host.registry.names("model")]
        """,
    )
    import builtins

    builtins.host = environment.host()
    try:
        assert builtins.host.registry.names("model") == ["good", "more_than_good"]
    finally:
        del builtins.host


def test_threads_that_ask_at_once_all_get_everything(environment, plugin_with):
    environment.install(
        "acme",
        zoo="""
        import time

        @hookimpl
        def modelzoo_models():
            time.sleep(0.05)
            yield model("slow")
        """,
    )
    environment.install("beta", zoo=plugin_with("good"))
    host = environment.host()
    start = threading.Barrier(8)
    answers = []

    def ask():
        start.wait()
        answers.append(host.registry.names("model"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [["good", "slow"]] * 8


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when a plugin moves it: ``clock.now += 5.04`` in its source."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setitem(sys.modules, "clock", clock)
    monkeypatch.setattr(plugins, "time", SimpleNamespace(perf_counter=lambda: clock.now))


def test_a_plugin_that_takes_long_to_load_is_warned_about_once_and_works(
    environment, clock, plugin_with, record_of
):
    environment.install(
        "acme", slow=f"import clock; clock.now += 5.04\n{textwrap.dedent(plugin_with('good'))}"
    )
    host = environment.host(MODELZOO_STRICT_PLUGINS="1")
    with pytest.warns(PluginWarning) as caught:
        names = host.registry.names("model")
    assert names == ["good"]
    assert record_of(host, "slow").status == "loaded"
    assert [str(each.message) for each in caught] == [
        "Plugin 'slow' of acme 1.0 took 5.0 s to load, which every command waits for. "
        "MODELZOO_BLOCK_PLUGINS=slow leaves it out."
    ]


def test_a_plugin_whose_hook_takes_long_is_warned_about(environment, clock):
    environment.install(
        "acme",
        slow="""
        @hookimpl
        def modelzoo_models():
            import clock
            clock.now += 2
            return [model("net")]
        """,
    )
    with pytest.warns(PluginWarning, match=r"'slow' of acme 1\.0 took 2\.0 s to load"):
        assert environment.host().registry.names("model") == ["net"]


def test_a_plugin_that_takes_a_moment_is_not_warned_about(environment, clock, plugin_with):
    environment.install(
        "acme", zoo=f"import clock; clock.now += 0.9\n{textwrap.dedent(plugin_with('good'))}"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert environment.host().registry.names("model") == ["good"]
