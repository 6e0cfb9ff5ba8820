"""Strict reading of instance files, and the command that prints the answer."""

import copy
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from matching.engine.instance import InstanceError, parse_instance

DOCUMENT = {
    "schema_version": 1,
    "name": "ignored",
    "places": 1,
    "places_mode": "exact",
    "salt": "edition-2026",
    "hosts": [{"id": "PL-1", "capacity": 1, "new": True}, {"id": "PL-2", "capacity": 2}],
    "interns": [{"id": "UA-1"}, {"id": "UA-2"}],
    "scores": [["PL-1", "UA-1", 700], ["PL-2", "UA-1", 600], ["PL-2", "UA-2", 650]],
    "forbidden": [],
    "pinned": [],
    "quotas": [{"side": "host", "members": ["PL-2"], "min": 0, "max": 1, "label": "rural"}],
}


def changed(path: str, value) -> dict:
    """The document with one value replaced; `path` is dotted, numbers are positions."""
    document = copy.deepcopy(DOCUMENT)
    target = document
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        target = target[part]
    if value is KeyError:
        del target[last]
    else:
        target[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("schema_version", 2, "schema_version"),
        ("places", KeyError, "places"),
        ("places", -1, "places"),
        ("places", "30", "places"),
        ("places", True, "places"),
        ("places_mode", "about", "places_mode"),
        ("salt", None, "salt"),
        ("hosts", {}, "hosts"),
        ("hosts.0", "PL-1", "hosts[0]"),
        ("hosts.1.id", "PL-1", "hosts[1].id"),
        ("hosts.1.id", "", "hosts[1].id"),
        ("hosts.1.capacity", KeyError, "hosts[1].capacity"),
        ("hosts.1.capacity", 1.5, "hosts[1].capacity"),
        ("interns.0.id", KeyError, "interns[0].id"),
        ("scores.2.2", 1001, "scores[2]"),
        ("scores.2.0", "PL-9", "scores[2]"),
        ("scores.2", ["PL-2", "UA-2"], "scores[2]"),
        ("scores.2", ["PL-2", "UA-1", 1], "scores[2]"),
        ("forbidden", [["PL-1", "UA-9"]], "forbidden[0]"),
        ("pinned", [["PL-1"]], "pinned[0]"),
        ("quotas.0.side", "both", "quotas[0].side"),
        ("quotas.0.members", ["UA-1"], "quotas[0].members"),
        ("quotas.0.members", "PL-1", "quotas[0].members"),
        ("quotas.0.min", KeyError, "quotas[0].min"),
        ("quotas.0.max", None, "quotas[0].max"),
        ("quotas.0.label", 5, "quotas[0].label"),
        ("host_utility", [["PL-1", "UA-1", "high"]], "host_utility[0]"),
    ],
)
def test_misfit_names_its_field(path, value, field):
    with pytest.raises(InstanceError) as caught:
        parse_instance(changed(path, value))

    assert caught.value.field == field


def test_list_is_not_an_instance():
    with pytest.raises(InstanceError, match="one JSON object"):
        parse_instance([])


def test_unknown_fields_are_ignored():
    assert parse_instance(DOCUMENT) == parse_instance(changed("hosts.0.new", "anything"))


@pytest.fixture
def instance_file(tmp_path):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def printed(*arguments: object) -> dict:
    out = StringIO()
    call_command("solve_matching", *map(str, arguments), stdout=out)
    answer = json.loads(out.getvalue())
    assert answer.pop("seconds") >= 0
    return answer


def test_command_prints_the_answer(instance_file):
    assert printed(instance_file) == {
        "status": "optimal",
        "objective": 700,
        "matching": [["PL-1", "UA-1"]],
        "lottery": 770446,
        "unique": True,
        "second_best": 650,
        "certificate": {"bound": 700, "gap": 0},
    }


def test_command_answers_for_the_changed_instance(instance_file):
    answer = printed(
        instance_file, "--forbid", "PL-1", "UA-1", "--force", "PL-2", "UA-1", "--prices"
    )

    assert (answer["objective"], answer["matching"]) == (600, [["PL-2", "UA-1"]])
    assert answer["prices"] == [["PL-2", "UA-1", 0], ["PL-2", "UA-2", None]]


def test_command_names_the_rows_of_a_relaxation(tmp_path):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(changed("quotas.0.min", 2)))

    answer = printed(path, "--prices")

    assert answer["status"] == "infeasible"
    assert answer["relaxation"] == {"total": 1, "rows": [{"row": "rural", "units": 1}]}
    assert {price for _host, _intern, price in answer["prices"]} == {None}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "INSTANCE.json"),
        ("{}", "places"),
        (json.dumps(changed("scores.0.2", -1)), "scores[0]"),
    ],
)
def test_command_refuses_a_bad_file_with_status_2(tmp_path, text, field):
    path = tmp_path / "instance.json"
    path.write_text(text)

    with pytest.raises(CommandError) as caught:
        call_command("solve_matching", str(path))

    assert caught.value.returncode == 2
    assert str(caught.value).startswith(f"{field}: ")
    assert "\n" not in str(caught.value)


def test_command_refuses_an_unknown_pair(instance_file):
    with pytest.raises(CommandError, match="^force: There is no intern with the id 'UA-9'.$"):
        call_command("solve_matching", str(instance_file), "--force", "PL-1", "UA-9")


def test_command_refuses_a_missing_file(tmp_path):
    with pytest.raises(CommandError, match="^INSTANCE.json: The file cannot be read"):
        call_command("solve_matching", str(tmp_path / "absent.json"))
