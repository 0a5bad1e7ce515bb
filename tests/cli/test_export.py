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
