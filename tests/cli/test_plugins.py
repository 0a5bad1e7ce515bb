import json

import pytest

import modelzoo


def test_each_plugin_has_a_line(command):
    lines = command("plugins").out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [each.name for each in modelzoo.list_plugins()]


def test_json_has_status_counts_and_time(command):
    record = next(
        each for each in json.loads(command("plugins", "--json").out) if each["name"] == "tasks"
    )
    assert record["status"] == "loaded"
    assert record["counts"] == {"task": 4}
    assert record["milliseconds"] > 0


def test_a_failed_plugin_has_its_reason(process, install):
    install("acme", "raise RuntimeError('broken\\nover two lines')\n")
    answer = process("plugins")
    [line] = [line for line in answer.out.splitlines() if "acme" in line]
    assert "failed" in line
    assert line.endswith("importing acme_zoo raised RuntimeError: broken over two lines")
    assert answer.err == ""


def test_a_plugin_with_a_built_in_s_name_is_loaded_and_says_so(process, install):
    install(
        "acme",
        "from modelzoo import ModelSpec, hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_models():\n"
        "    return [ModelSpec(name='mobilenet_v1', summary='Mine', builder='acme:f')]\n",
    )
    line = next(line for line in process("plugins").out.splitlines() if line.startswith("acme"))
    assert "loaded" in line
    assert line.endswith(" model 'mobilenet_v1' is built in, so this one is 'acme/mobilenet_v1'")
    data = json.loads(process("plugins", "--json").out)
    assert [len(each["conflicts"]) for each in data if each["name"] == "acme"] == [1]


def test_a_blocked_plugin_says_by_what(process):
    answer = process("plugins", "--json", MODELZOO_BLOCK_PLUGINS="mnist")
    record = next(each for each in json.loads(answer.out) if each["name"] == "mnist")
    assert (record["status"], record["reason"]) == ("blocked", "named in MODELZOO_BLOCK_PLUGINS")


@pytest.mark.parametrize(("count", "words"), [(1, "1 family"), (2, "2 families")])
def test_a_plugin_s_families_are_counted(process, install, count, words):
    install(
        "acme",
        "from modelzoo import Family, hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_families():\n"
        f"    return [Family(kind='model', pattern=f'acme/net{{each}}_N', summary='Any',\n"
        f"                   examples=(f'acme/net{{each}}_1',)) for each in range({count})]\n",
    )
    line = next(line for line in process("plugins").out.splitlines() if line.startswith("acme"))
    assert line.split(maxsplit=5)[-1] == words
