"""Every way to fail that is known, and that it takes nothing else with it."""

import builtins
import importlib
import warnings

import pytest

import modelzoo
from modelzoo.errors import PluginError, PluginWarning

pytestmark = pytest.mark.usefixtures("heavy_library")

# Every way to fail that is known, by the part of the reason that a person reads.
FAILURES = {
    "raises_at_import": ("1 / 0", "importing acme_bad raised ZeroDivisionError: division by zero"),
    "ends_the_process_at_import": (
        "import sys; sys.exit(3)",
        "importing acme_bad raised SystemExit: 3",
    ),
    "is_no_python": ("def", "importing acme_bad raised SyntaxError"),
    "needs_a_library": (
        "import no_such_library.part",
        "needs the library 'no_such_library', which is not installed: pip install no-such-library",
    ),
    "needs_a_library_in_a_hook": (
        """
        @hookimpl
        def modelzoo_models():
            import no_such_library
        """,
        "needs the library 'no_such_library', which is not installed: pip install no-such-library",
    ),
    "imports_a_module_of_its_own_that_is_not_there": (
        "import acme_bad.nets",
        "importing acme_bad raised ModuleNotFoundError: No module named 'acme_bad.nets'",
    ),
    "imports_a_name_that_this_version_does_not_have": (
        "from modelzoo import Zoo",
        "cannot import name 'Zoo' from 'modelzoo'",
    ),
    "raises_what_can_not_be_shown": (
        """
        class Shy(Exception):
            def __str__(self):
                raise RuntimeError

        raise Shy
        """,
        "importing acme_bad raised Shy",
    ),
    "makes_a_wrong_spec_at_import": (
        "NET = model('net', channels=3)",
        "importing acme_bad: ModelSpec 'net': channels is 3, expected a tuple",
    ),
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
        "modelzoo_datasets raised OSError: no disk",
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
        "modelzoo_models returned None, expected an iterable of ModelSpec",
    ),
    "returns_a_spec_without_a_list": (
        """
        @hookimpl
        def modelzoo_models():
            return model("bad")
        """,
        "expected an iterable of ModelSpec",
    ),
    "returns_names_in_a_mapping": (
        """
        @hookimpl
        def modelzoo_models():
            return {"bad": model("bad")}
        """,
        "expected an iterable of ModelSpec",
    ),
    "returns_a_text": (
        """
        @hookimpl
        def modelzoo_models():
            return "bad"
        """,
        "modelzoo_models returned 'bad', expected an iterable of ModelSpec",
    ),
    "returns_a_spec_of_another_kind": (
        """
        @hookimpl
        def modelzoo_datasets():
            return [model("bad")]
        """,
        "expected a DatasetSpec",
    ),
    "raises_in_the_hook_for_families": (
        """
        @hookimpl
        def modelzoo_families():
            raise OSError("no disk")

        @hookimpl
        def modelzoo_models():
            return [model("bad")]
        """,
        "modelzoo_families raised OSError: no disk",
    ),
    "imports_a_heavy_library_in_the_hook_for_families": (
        """
        @hookimpl
        def modelzoo_families():
            import heavy_stand_in
            return []
        """,
        "imports 'heavy_stand_in' while",
    ),
    "returns_a_wrong_family": (
        """
        @hookimpl
        def modelzoo_families():
            return [Family(kind="model", pattern="bad", summary="Bad", examples=("bad",))]
        """,
        "modelzoo_families: Family 'bad': pattern is 'bad', expected a lower-case first word",
    ),
    "returns_patterns_in_place_of_families": (
        """
        @hookimpl
        def modelzoo_families():
            return ["bad/NAME"]

        @hookimpl
        def modelzoo_models():
            return [model("bad")]
        """,
        "modelzoo_families returned 'bad/NAME', expected a Family",
    ),
    "returns_something_that_is_no_spec": (
        """
        @hookimpl
        def modelzoo_models():
            return [model("bad"), "resnet50"]
        """,
        "modelzoo_models returned 'resnet50', expected a ModelSpec",
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
        "implements modelzoo_modells, which is no hook of tf-modelzoo",
    ),
    "registers_what_can_not_be_looked_at": (
        """
        def __dir__():
            raise RuntimeError("keep out")
        """,
        "registering it raised RuntimeError: keep out",
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


@every_failure
def test_a_failing_plugin_is_recorded_with_its_reason(environment, source, reason, record_of):
    environment.install("acme", bad=source)
    record = record_of(environment.host(), "bad")
    assert record.status == "failed"
    assert reason in record.reason


@every_failure
def test_a_failing_plugin_takes_nothing_else_with_it(
    environment, source, reason, plugin_with, quietly
):
    environment.install("acme", bad=source)
    environment.install("aaaa", good=plugin_with("good"))
    environment.install("zzzz", good=plugin_with("also_good"))
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
def test_a_failing_plugin_is_called_no_more(environment, source, reason, quietly):
    environment.install("acme", bad=source)
    host = environment.host()
    quietly(lambda: host.records)
    assert list(host.call("modelzoo_callbacks", run=None)) == []
    assert list(host.call("modelzoo_models")) == []


@every_failure
def test_strict_mode_raises_and_leaves_nothing_half_registered(
    environment, source, reason, plugin_with
):
    environment.install("acme", bad=source)
    environment.install("aaaa", good=plugin_with("good"))
    host = environment.host(MODELZOO_STRICT_PLUGINS="1")
    for _ in range(2):
        with pytest.raises(PluginError, match="Plugin 'bad' of acme 1.0 failed: ") as caught:
            host.registry.names("model")
        assert reason in str(caught.value)


def test_a_failing_built_in_plugin_is_left_out_like_any_other(environment, plugin_with, quietly):
    environment.build_in(bad="1 / 0", good=plugin_with("good"))
    assert quietly(lambda: environment.host().registry.names("model")) == ["good"]


def test_ctrl_c_during_discovery_comes_through(environment):
    environment.install("acme", bad="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        _ = environment.host().registry


def test_after_ctrl_c_the_next_question_starts_anew(environment, plugin_with):
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
    environment.install("aaaa", good=plugin_with("good"))
    host = environment.host()
    with pytest.raises(KeyboardInterrupt):
        _ = host.registry

    del builtins.acme_interrupted
    builtins.acme_interrupted = True
    assert host.registry.names("model") == ["good", "net"]
    del builtins.acme_interrupted


def test_a_module_that_swallowed_a_refused_import_is_whole_for_others(environment, quietly):
    (environment.folder / "light_library.py").write_text(
        "try:\n    import heavy_stand_in\nexcept ImportError:\n    heavy_stand_in = None\n"
    )
    environment.install("acme", bad="import light_library")
    quietly(lambda: environment.host().records)
    assert importlib.import_module("light_library").heavy_stand_in is not None


def test_one_module_named_by_two_plugins_is_registered_for_the_first(
    environment, plugin_with, quietly
):
    environment.install("acme", zoo=plugin_with("net"))
    about = next(environment.folder.glob("*.dist-info"))
    (about / "entry_points.txt").write_text("[modelzoo]\nzoo = acme_zoo\nzoo_too = acme_zoo\n")
    environment.entry_points = list(importlib.metadata.Distribution.at(about).entry_points)
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["net"]
    assert [each.status for each in host.records] == ["loaded", "failed"]


def test_one_name_given_to_two_plugins_of_a_distribution_is_the_first_one_s(
    environment, plugin_with, quietly
):
    environment.install("acme", zoo=plugin_with("a"), other=plugin_with("b"))
    about = next(environment.folder.glob("*.dist-info"))
    (about / "entry_points.txt").write_text("[modelzoo]\nzoo = acme_zoo\nzoo = acme_other\n")
    environment.entry_points = list(importlib.metadata.Distribution.at(about).entry_points)
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["a"]
    assert [each.status for each in host.records] == ["loaded", "failed"]


@pytest.mark.parametrize(
    ("hook", "advice"),
    [
        ("modelzoo_modells", "; modelzoo_models is one"),
        ("modelzoo_qqqqqqqqqqqqqqqqqq", "It may need a newer one: pip install -U tf-modelzoo"),
    ],
)
def test_an_unknown_hook_gets_advice(environment, record_of, hook, advice):
    environment.install("acme", bad=f"@hookimpl\ndef {hook}():\n    return []")
    assert record_of(environment.host(), "bad").reason.endswith(advice)


def test_an_unknown_hook_may_be_optional(environment):
    environment.install(
        "acme",
        zoo="""
        @hookimpl(optionalhook=True)
        def modelzoo_of_tomorrow():
            return []

        @hookimpl
        def modelzoo_models():
            return [model("net")]
        """,
    )
    assert environment.host().registry.names("model") == ["net"]


def test_an_entry_point_that_names_no_module_is_a_failure_like_any_other(
    environment, plugin_with, quietly, record_of
):
    environment.install("acme", good=plugin_with("good"), bad="")
    about = next(environment.folder.glob("*.dist-info"))
    (about / "entry_points.txt").write_text("[modelzoo]\nbad = not a module!\ngood = acme_good\n")
    environment.entry_points = list(importlib.metadata.Distribution.at(about).entry_points)
    host = environment.host()
    assert quietly(lambda: host.registry.names("model")) == ["good"]
    assert "importing not a module! raised" in record_of(host, "bad").reason


def test_a_newer_name_of_ours_gets_advice(environment, record_of):
    environment.install("acme", bad="from modelzoo import Zoo")
    assert record_of(environment.host(), "bad").reason.endswith(
        f"It may need a newer tf-modelzoo than {modelzoo.__version__}: pip install -U tf-modelzoo"
    )
