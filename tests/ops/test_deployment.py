"""What goes to production: the compose file, the image, the lock files."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ops.check import ROOT, addresses_in_locks

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
SECRET_NAME = re.compile(r"SECRET|PASSWORD|KEY|AUTH|TOKEN|_URL$")
REQUIRED = re.compile(r"\$\{[A-Z_]+:\?[^}]*\}")


def test_compose_file_follows_the_schema():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("check-jsonschema"))]
        + ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout


def test_compose_has_every_part_of_the_house():
    assert set(SERVICES) == {
        "db",
        "redis",
        "migrate",
        "web",
        "worker",
        "beat",
        "proxy",
        "clamd",
        "backup",
        "mailcatcher",
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_hardened(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate", "mailcatcher", "clamd"}))
def test_every_lasting_container_tells_its_health(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_compose_holds_no_secret():
    """What is secret comes from the environment, and its absence stops the start."""
    optional = {"SECRET_KEY_FALLBACKS", "EMAIL_HOST_PASSWORD"}
    found = {
        (name, variable): str(value)
        for name, service in SERVICES.items()
        for variable, value in service.get("environment", {}).items()
        if SECRET_NAME.search(variable) and variable not in optional
    }

    assert {place for place, value in found.items() if not REQUIRED.search(value)} == set()
    assert ("web", "SECRET_KEY") in found


def test_no_default_holds_a_brace():
    """`${NAME:-{}}` would append a brace to every value that is set."""
    text = (ROOT / "docker-compose.yml").read_text()

    assert re.findall(r"\$\{[^}]*\{", text) == []


def test_only_the_proxy_is_open_to_the_world():
    open_ports = {
        name: [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
        for name, service in SERVICES.items()
    }

    assert {name for name, ports in open_ports.items() if ports} == {"proxy"}


def test_image_does_not_run_as_root():
    last_user = re.findall(r"^USER (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[-1]

    assert last_user == "10001:10001"


def test_lock_files_hold_no_address():
    assert list(addresses_in_locks(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    ["--index-url https://mirror.example/simple", "x @ git+ssh://host/x.git", "a @ HTTP://b/c.whl"],
)
def test_address_in_a_lock_file_is_found(tmp_path, line):
    (tmp_path / "requirements.txt").write_text(f"django==5.2\n{line}\n")

    assert list(addresses_in_locks(tmp_path)) == [f"requirements.txt:2: an address: {line}"]


def test_every_requirement_is_pinned_with_hashes():
    lines = (ROOT / "requirements-dev.txt").read_text().splitlines()
    names = [line for line in lines if line and not line.startswith((" ", "#"))]

    assert [name for name in names if "==" not in name or not name.endswith("\\")] == []
