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
    line = next(line for line in process("plugins").out.splitlines() if line.startswith("acme"))
    assert "failed" in line
    assert line.endswith("RuntimeError: broken over two lines")


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
