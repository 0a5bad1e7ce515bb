"""``modelzoo hf-push`` and ``modelzoo hf-pull``, as processes."""

import pytest
from hub_state import ADA, NOWHERE


@pytest.fixture
def pushed(hub, run, command):
    """What pushing printed."""
    return command("hf-push", run.folder, "ada/net", "--licence", "mit", HF_TOKEN=ADA)


def test_pushing_prints_the_page(hub, pushed):
    commit = hub.repos["model", "ada/net"].branches["main"]
    assert pushed.status == 0
    assert pushed.out.endswith(f"/ada/net/tree/{commit}\n")
    assert b"license: mit" in hub.files("model", "ada/net")["README.md"]


def test_the_token_is_nowhere_to_be_read(hub, pushed, command, run):
    command("hf-pull", "ada/net", "--path", "pulled", HF_TOKEN=ADA)
    texts = [pushed.out, pushed.err]
    for folder in (command.folder, run.folder):
        files = [each for each in folder.rglob("*") if each.is_file()]
        texts += [each.read_bytes().decode(errors="replace") for each in files]
    assert [each for each in texts if ADA in each] == []


def test_pulling_prints_the_folder_of_a_run_that_predicts(pushed, command):
    folder = command("hf-pull", "ada/net").out.strip()
    from PIL import Image

    Image.new("RGB", (30, 30), "red").save(command.folder / "red.png")
    answer = command("predict", folder, "red.png")
    assert answer.status == 0, answer.err
    assert "red.png" in answer.out


def test_a_pulled_model_is_the_beginning_of_a_training(pushed, command):
    command("hf-pull", "ada/net", "--path", "runs/pulled")
    answer = command(
        *("train", "mobilenet_v1_mini", "shapes", "--task", "binary", "--input-size", "24"),
        *("--dataset-option", "train=32", "--dataset-option", "test=8", "--epochs", "1"),
        *("--weights", "runs/pulled"),
    )
    assert answer.status == 0, answer.err


def test_a_private_one_is_made(hub, run, command):
    command("hf-push", run.folder, "ada/net", "--private", "--revision", "first", HF_TOKEN=ADA)
    assert hub.repos["model", "ada/net"].private
    assert "weights.json" in hub.files("model", "ada/net", "first")


def test_both_are_on_the_help_page(command):
    said = command("--help").out
    assert "hf-push" in said
    assert "hf-pull" in said


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (("hf-push", "RUN", "ada/net"), {}, "wants to know who you are"),
        (("hf-push", "none", "ada/net"), {"HF_TOKEN": ADA}, "There is no run 'none'"),
        (("hf-pull", "ada/none"), {}, "There is no model repository 'ada/none'"),
        (("hf-pull", "ada/never"), {"HF_ENDPOINT": NOWHERE}, "can't be reached"),
        (("hf-pull", "ada/net"), {"HF_ENDPOINT": NOWHERE}, "can't be reached"),
        (("hf-pull",), {}, "Missing argument 'OWNER/NAME'"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(hub, run, command, arguments, variables, said):
    arguments = [str(run.folder) if each == "RUN" else each for each in arguments]
    answer = command(*arguments, **variables)
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("Error: ")
    assert said in answer.err
    assert answer.err.count("\n") == 1
