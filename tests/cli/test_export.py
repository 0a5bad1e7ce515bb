from pathlib import Path


def test_it_prints_where_the_export_is(command, trained, here):
    answer = command("export", str(trained.folder), "savedmodel", "--path", "out/model")
    assert answer.status == 0
    assert Path(answer.out.strip()) == here / "out" / "model"
    assert (here / "out" / "model" / "saved_model.pb").is_file()


def test_an_unknown_exporter_is_refused_before_tensorflow_is_loaded(process, trained):
    answer = process("export", str(trained.folder), "savedmodl")
    assert answer.status == 2
    assert answer.err == (
        "Error: There is no exporter named 'savedmodl'. Did you mean 'savedmodel'?\n"
    )


def test_an_exporter_of_a_plugin_s_is_not_taken_for_the_built_in_one_of_its_name(
    process, trained, install, here
):
    install(
        "acme",
        "from modelzoo import ExporterSpec, hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_exporters():\n"
        "    return [ExporterSpec(name='savedmodel', summary='Mine', exporter='acme_zoo:Mine')]\n"
        "def Mine():\n"
        "    return 'this one'\n",
    )
    answer = process("export", str(trained.folder), "acme/savedmodel", "--path", "out")
    assert answer.status == 2
    assert "Error: Exporter 'acme/savedmodel' is a str, expected a subclass of" in answer.err
