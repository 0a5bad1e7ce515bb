import importlib
import sys
import textwrap
import threading
import warnings
from types import SimpleNamespace

import pytest

from modelzoo.errors import AmbiguousNameError, PluginError, PluginWarning, UnknownNameError
from modelzoo.registry import plugins

GOOD = """
    @hookimpl
    def modelzoo_models():
        return [model("good")]
    """

# Every way to fail that is known, by the part of the reason that a person reads.
FAILURES = {
    "raises_at_import": ("1 / 0", "ZeroDivisionError: division by zero"),
    "ends_the_process_at_import": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "is_no_python": ("def", "SyntaxError"),
    "imports_what_is_not_there": ("import no_such_module", "No module named 'no_such_module'"),
    "imports_a_heavy_library": ("import heavy_stand_in", "imports 'heavy_stand_in' while"),
    "swallows_the_refused_import": (
        """
        try:
            import heavy_stand_in
        except ImportError:
            heavy_stand_in = None

        @hookimpl
        def modelzoo_models():
            return [model("bad")]
        """,
        "imports 'heavy_stand_in' while",
    ),
    "imports_a_heavy_library_in_a_hook": (
        """
        @hookimpl
        def modelzoo_models():
            import heavy_stand_in
            return [model("bad")]
        """,
        "imports 'heavy_stand_in' while",
    ),
    "swallows_the_refused_import_in_a_generator": (
        """
        @hookimpl
        def modelzoo_models():
            try:
                import heavy_stand_in
            except ImportError:
                pass
            yield model("bad")
        """,
        "imports 'heavy_stand_in' while",
    ),
    "raises_in_a_hook": (
        """
        @hookimpl
        def modelzoo_datasets():
            raise OSError("no disk")

        @hookimpl
        def modelzoo_models():
            return [model("bad")]
        """,
        "OSError: no disk",
    ),
    "raises_after_a_spec": (
        """
        @hookimpl
        def modelzoo_models():
            yield model("bad")
            raise KeyError("late")
        """,
        "KeyError: 'late'",
    ),
    "ends_the_process_in_a_hook": (
        """
        @hookimpl
        def modelzoo_models():
            raise SystemExit
        """,
        "SystemExit",
    ),
    "returns_nothing": (
        """
        @hookimpl
        def modelzoo_models():
            [model("bad")]
        """,
        "the model hook returned None, expected an iterable of ModelSpec",
    ),
    "returns_a_spec_without_a_list": (
        """
        @hookimpl
        def modelzoo_models():
            return model("bad")
        """,
        "expected an iterable of ModelSpec",
    ),
    "returns_something_that_is_no_spec": (
        """
        @hookimpl
        def modelzoo_models():
            return [model("bad"), "resnet50"]
        """,
        "the model hook returned 'resnet50', expected a ModelSpec",
    ),
    "returns_something_that_can_not_be_shown": (
        """
        class Shy:
            def __repr__(self):
                raise RuntimeError

        @hookimpl
        def modelzoo_models():
            return [Shy()]
        """,
        "expected a ModelSpec",
    ),
    "returns_a_wrong_name": (
        """
        @hookimpl
        def modelzoo_models():
            return [model("Bad-Net")]
        """,
        "'Bad-Net' is not a name",
    ),
    "returns_one_name_twice": (
        """
        @hookimpl
        def modelzoo_models():
            return [model("bad"), model("bad")]
        """,
        "model 'bad' is registered twice",
    ),
    "has_an_unknown_hook": (
        """
        @hookimpl
        def modelzoo_modells():
            return [model("bad")]

        @hookimpl
        def modelzoo_models():
            return [model("bad")]
        """,
        "unknown hook 'modelzoo_modells'",
    ),
    "has_a_hook_with_an_unknown_argument": (
        """
        @hookimpl
        def modelzoo_models(colour):
            return [model("bad")]
        """,
        "colour",
    ),
    "has_a_wrapper": (
        """
        @hookimpl(wrapper=True)
        def modelzoo_models():
            yield
            return [[model("bad")]]
        """,
        "modelzoo_models is a hook wrapper",
    ),
    "has_an_old_wrapper": (
        """
        @hookimpl(hookwrapper=True)
        def modelzoo_callbacks(run):
            yield
        """,
        "modelzoo_callbacks is a hook wrapper",
    ),
    "forgets_the_marker": (
        """
        def modelzoo_models():
            return [model("bad")]
        """,
        "implements no hook: mark functions with @modelzoo.hookimpl",
    ),
}
every_failure = pytest.mark.parametrize(
    ("source", "reason"), FAILURES.values(), ids=FAILURES.keys()
)


@pytest.fixture(autouse=True)
def heavy_library(environment, monkeypatch):
    """A small stand-in for a heavy library."""
    from modelzoo.registry import heavy

    (environment.folder / "heavy_stand_in.py").touch()
    monkeypatch.setattr(heavy, "HEAVY_LIBRARIES", frozenset({"heavy_stand_in"}))


def quietly(action):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)
        return action()


def record_of(host, name):
    return next(each for each in host.records if each.name == name)


# Discovery


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


def test_a_record_says_how_much_a_plugin_brought(environment, plugin_with):
    environment.install("acme", zoo=plugin_with("a", "b"))
    record = record_of(environment.host(), "zoo")
    assert (record.status, record.reason, record.counts) == ("loaded", "", {"model": 2})


def test_a_plugin_that_asks_for_names_meanwhile_sees_those_that_are_there(environment):
    environment.install("acme", zoo=GOOD)
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


def test_threads_that_ask_at_once_all_get_everything(environment):
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
    environment.install("beta", zoo=GOOD)
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


# Isolation


@every_failure
def test_a_failing_plugin_is_recorded_with_its_reason(environment, source, reason):
    environment.install("acme", bad=source)
    record = quietly(lambda: record_of(environment.host(), "bad"))
    assert record.status == "failed"
    assert reason in record.reason


@every_failure
def test_a_failing_plugin_takes_nothing_else_with_it(environment, source, reason):
    environment.install("acme", bad=source)
    environment.install("aaaa", good=GOOD)
    environment.install("zzzz", good=GOOD.replace("good", "also_good"))
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["also_good", "good"]


@every_failure
def test_a_failing_plugin_is_warned_about_once(environment, source, reason):
    environment.install("acme", bad=source)
    host = environment.host()
    with pytest.warns(PluginWarning, match="Plugin 'bad' of acme 1.0 failed: ") as caught:
        host.registry.names("model")
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        host.registry.names("model")


@every_failure
def test_a_failing_plugin_is_called_no_more(environment, source, reason):
    environment.install("acme", bad=source)
    host = environment.host()
    quietly(lambda: host.records)
    assert list(host.call("modelzoo_callbacks", run=None)) == []
    assert list(host.call("modelzoo_models")) == []


@every_failure
def test_strict_mode_raises_and_leaves_nothing_half_registered(environment, source, reason):
    environment.install("acme", bad=source)
    environment.install("aaaa", good=GOOD)
    host = environment.host(MODELZOO_STRICT_PLUGINS="1")
    for _ in range(2):
        with pytest.raises(PluginError, match="Plugin 'bad' of acme 1.0 failed: ") as caught:
            host.registry.names("model")
        assert reason in str(caught.value)


def test_a_failing_built_in_plugin_is_left_out_like_any_other(environment):
    environment.build_in(bad="1 / 0", good=GOOD)
    assert quietly(lambda: environment.host().registry.names("model")) == ["good"]


def test_ctrl_c_during_discovery_comes_through(environment):
    environment.install("acme", bad="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        _ = environment.host().registry


def test_after_ctrl_c_the_next_question_starts_anew(environment):
    environment.install(
        "acme",
        zoo="""
        import builtins

        @hookimpl
        def modelzoo_models():
            if not hasattr(builtins, "acme_interrupted"):
                builtins.acme_interrupted = True
                raise KeyboardInterrupt
            return [model("net")]
        """,
    )
    environment.install("aaaa", good=GOOD)
    host = environment.host()
    with pytest.raises(KeyboardInterrupt):
        _ = host.registry
    import builtins

    del builtins.acme_interrupted
    builtins.acme_interrupted = True
    assert host.registry.names("model") == ["good", "net"]
    del builtins.acme_interrupted


def test_a_module_that_swallowed_a_refused_import_is_whole_for_others(environment):
    (environment.folder / "light_library.py").write_text(
        "try:\n    import heavy_stand_in\nexcept ImportError:\n    heavy_stand_in = None\n"
    )
    environment.install("acme", bad="import light_library")
    quietly(lambda: environment.host().records)
    assert importlib.import_module("light_library").heavy_stand_in is not None


def test_one_module_named_by_two_plugins_is_registered_for_the_first(environment, plugin_with):
    environment.install("acme", zoo=plugin_with("net"))
    about = next(environment.folder.glob("*.dist-info"))
    (about / "entry_points.txt").write_text("[modelzoo]\nzoo = acme_zoo\nzoo_too = acme_zoo\n")
    environment.entry_points = list(importlib.metadata.Distribution.at(about).entry_points)
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["net"]
    assert [each.status for each in host.records] == ["loaded", "failed"]


def test_one_name_given_to_two_plugins_of_a_distribution_is_the_first_one_s(
    environment, plugin_with
):
    environment.install("acme", zoo=plugin_with("a"), other=plugin_with("b"))
    about = next(environment.folder.glob("*.dist-info"))
    (about / "entry_points.txt").write_text("[modelzoo]\nzoo = acme_zoo\nzoo = acme_other\n")
    environment.entry_points = list(importlib.metadata.Distribution.at(about).entry_points)
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["a"]
    assert [each.status for each in host.records] == ["loaded", "failed"]


# Slow plugins


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when a plugin moves it: ``clock.now += 5.04`` in its source."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setitem(sys.modules, "clock", clock)
    monkeypatch.setattr(plugins, "time", SimpleNamespace(perf_counter=lambda: clock.now))


def test_a_plugin_that_takes_long_to_load_is_warned_about_once_and_works(environment, clock):
    environment.install("acme", slow=f"import clock; clock.now += 5.04\n{textwrap.dedent(GOOD)}")
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


def test_a_plugin_that_takes_a_moment_is_not_warned_about(environment, clock):
    environment.install("acme", zoo=f"import clock; clock.now += 0.9\n{textwrap.dedent(GOOD)}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert environment.host().registry.names("model") == ["good"]


# Names that are taken


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


def test_a_name_that_a_sister_plugin_has_keeps_the_second_one_out(environment, plugin_with):
    environment.install("acme", first=plugin_with("net"), second=plugin_with("other", "net"))
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["net"]
    assert "registered twice" in record_of(host, "second").reason


# Allowing and blocking


@pytest.fixture
def three(environment, plugin_with):
    """A built-in plugin and two installed ones."""
    environment.build_in(tasks=plugin_with("ours"))
    environment.install("acme-zoo", nets=plugin_with("a"))
    environment.install("beta", more=plugin_with("b"))
    return environment


@pytest.mark.parametrize(
    ("variable", "value", "left"),
    [
        ("MODELZOO_PLUGINS", "", ["a", "b", "ours"]),
        ("MODELZOO_PLUGINS", "nets", ["a"]),
        ("MODELZOO_PLUGINS", "acme-zoo", ["a"]),
        ("MODELZOO_PLUGINS", " Acme_Zoo , tasks,", ["a", "ours"]),
        ("MODELZOO_PLUGINS", "tf-modelzoo", ["ours"]),
        ("MODELZOO_PLUGINS", "nothing", []),
        ("MODELZOO_BLOCK_PLUGINS", "", ["a", "b", "ours"]),
        ("MODELZOO_BLOCK_PLUGINS", "acme-zoo,more", ["ours"]),
        ("MODELZOO_BLOCK_PLUGINS", "tasks", ["a", "b"]),
        ("MODELZOO_BLOCK_PLUGINS", "m*", ["a", "ours"]),
        ("MODELZOO_BLOCK_PLUGINS", "*", []),
    ],
)
def test_plugins_are_allowed_and_blocked_by_name_and_distribution(three, variable, value, left):
    assert three.host(**{variable: value}).registry.names("model") == left


def test_blocking_counts_more_than_allowing(three):
    host = three.host(MODELZOO_PLUGINS="beta,nets", MODELZOO_BLOCK_PLUGINS="beta")
    assert host.registry.names("model") == ["a"]


def test_a_blocked_plugin_is_not_even_imported(environment):
    environment.install("acme", bad="raise RuntimeError")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        record = record_of(environment.host(MODELZOO_BLOCK_PLUGINS="bad"), "bad")
    assert (record.status, record.reason) == ("blocked", "named in MODELZOO_BLOCK_PLUGINS")
    assert "acme_bad" not in sys.modules


# Unknown names and families of names


def unknown(host, kind, name):
    with pytest.raises(UnknownNameError) as caught:
        quietly(lambda: host.find(kind, name))
    return str(caught.value)


def test_an_unknown_name_names_the_plugins_that_failed(environment):
    environment.install("acme", bad="1 / 0")
    message = unknown(environment.host(), "model", "net")
    assert message.startswith("There is no model named 'net'.")
    assert message.endswith(
        "Plugins that failed or are blocked: bad (failed: ZeroDivisionError: division by zero)."
    )


def test_an_unknown_name_names_the_plugins_that_are_blocked(three):
    message = unknown(three.host(MODELZOO_BLOCK_PLUGINS="beta"), "model", "b")
    assert "more (blocked: named in MODELZOO_BLOCK_PLUGINS)" in message


def test_an_unknown_name_speaks_of_no_plugins_where_all_are_well(three):
    assert "lugins" not in unknown(three.host(), "model", "nothing")


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
        ("import heavy_stand_in", "modelzoo_resolve raised imports 'heavy_stand_in'"),
        ("return 'net'", "modelzoo_resolve: the model hook returned 'net', expected a ModelSpec"),
        ("return [model('hf/net')]", "expected a ModelSpec"),
        ("return model('hf/other')", "was asked for 'hf/net', returned 'hf/other'"),
        ("return model('HF')", "'HF' is not a name"),
    ],
    ids=["raises", "exits", "heavy", "text", "list", "other_name", "wrong_name"],
)
class TestAFamilyThatFails:
    @pytest.fixture
    def failing(self, environment, body):
        environment.install("zeta", hf=f"@hookimpl\ndef modelzoo_resolve(kind, name):\n    {body}")
        return environment

    def test_the_name_is_unknown_and_the_reason_is_named(self, failing, reason):
        assert reason in unknown(failing.host(), "model", "hf/net")

    def test_another_plugin_may_know_the_name(self, failing, reason):
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


# Calling hooks

CALLBACKS = """
    @hookimpl
    def modelzoo_callbacks(run):
        return [f"callback of {run}"]
    """


def test_a_call_gives_each_plugin_s_answer(environment):
    environment.install("acme", zoo=CALLBACKS)
    answers = list(environment.host().call("modelzoo_callbacks", run="run 1"))
    assert [(record.name, answer) for record, answer in answers] == [("zoo", ["callback of run 1"])]


def test_a_hook_takes_only_the_arguments_it_wants(environment):
    environment.install(
        "acme", zoo="@hookimpl\ndef modelzoo_resolve(name):\n    return model(name)"
    )
    assert environment.host().find("model", "anything").spec.name == "anything"


def test_a_hook_may_be_a_generator(environment):
    environment.install("acme", zoo="@hookimpl\ndef modelzoo_callbacks(run):\n    yield run")
    answers = environment.host().call("modelzoo_callbacks", run=7)
    assert [answer for _, answer in answers] == [[7]]


@pytest.mark.parametrize(
    "body",
    [
        "raise OSError('no disk')",
        "raise SystemExit('no disk')",
        "yield 1; raise OSError('no disk')",
    ],
    ids=["raises", "exits", "raises_late"],
)
def test_a_hook_that_fails_is_left_out_and_the_others_go_on(environment, body):
    environment.install("acme", zoo=CALLBACKS)
    environment.install("beta", bad=f"@hookimpl\ndef modelzoo_callbacks(run):\n    {body}")
    environment.install("zeta", zoo=CALLBACKS)
    with pytest.warns(PluginWarning, match=r"Plugin 'bad' of beta 1\.0 failed: .*no disk"):
        answers = list(environment.host().call("modelzoo_callbacks", run=1))
    assert [record.distribution for record, _ in answers] == ["zeta", "acme"]


def test_a_hook_may_import_what_it_likes_in_a_training(environment):
    environment.install(
        "acme",
        zoo="@hookimpl\ndef modelzoo_callbacks(run):\n    import heavy_stand_in\n    return [1]",
    )
    answers = environment.host().call("modelzoo_callbacks", run=1)
    assert [answer for _, answer in answers] == [[1]]


def test_a_cold_call_refuses_a_heavy_library(environment):
    environment.install(
        "acme", zoo="@hookimpl\ndef modelzoo_commands(app):\n    import heavy_stand_in"
    )
    with pytest.warns(PluginWarning, match="imports 'heavy_stand_in'"):
        assert list(environment.host().call("modelzoo_commands", cold=True, app=None)) == []
