"""The backup script, with stand-ins for pg_dump and age that can be made to fail."""

import os
import subprocess
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "backup" / "backup.sh"
PROGRAMS = {
    "pg_dump": 'for a; do case $a in --file=*) echo dumped > "${a#--file=}";; esac; done; '
    "exit ${PG_DUMP_FAILS:-0}",
    "age": 'while [ $# -gt 0 ]; do [ "$1" = --output ] && out=$2; shift; done; '
    '{ echo encrypted; cat; } > "$out"; exit ${AGE_FAILS:-0}',
}


@pytest.fixture
def backup(tmp_path):
    for name, body in PROGRAMS.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    (tmp_path / "media").mkdir()
    (tmp_path / "tmp").mkdir()

    def run(word: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", str(SCRIPT), word],
            env={
                "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
                "TMPDIR": str(tmp_path / "tmp"),
                "BACKUP_FOLDER": str(tmp_path / "backups"),
                "MEDIA_ROOT": str(tmp_path / "media"),
                "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
                "BACKUP_PUBLIC_KEY": "age1test",
                **environment,
            },
            capture_output=True,
            text=True,
        )

    return run


def kept(tmp_path: Path) -> list[str]:
    files = [path for path in (tmp_path / "backups").rglob("*") if path.is_file()]
    return sorted(path.name.split("-")[0] for path in files)


def test_backup_keeps_database_and_files_encrypted(backup, tmp_path):
    (tmp_path / "media" / "umowa ó.pdf").write_text("one")

    done = backup("now")

    assert done.returncode == 0, done.stderr
    folder = tmp_path / "backups"
    assert next(folder.glob("database-*.dump.age")).read_text() == "encrypted\ndumped\n"
    assert [path.read_text() for path in folder.glob("media/*.age")] == ["encrypted\none"]
    assert "umowa ó.pdf" in next(folder.glob("media-*.list.age")).read_text()
    assert list((tmp_path / "tmp").iterdir()) == []
    assert backup("is-fresh").returncode == 0


def test_backup_stores_each_content_once(backup, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / "media" / name).write_text("same")

    backup("now")
    [first] = (tmp_path / "backups" / "media").iterdir()
    before = first.stat().st_mtime_ns
    backup("now")

    [again] = (tmp_path / "backups" / "media").iterdir()
    assert again.stat().st_mtime_ns == before


@pytest.mark.parametrize("fails", ["PG_DUMP_FAILS", "AGE_FAILS"])
def test_failed_backup_leaves_no_file_and_says_so(backup, tmp_path, fails):
    done = backup("now", **{fails: "1"})

    assert (done.returncode, kept(tmp_path)) == (1, [])
    assert done.stderr == "backup: the database could not be saved\n"
    assert list((tmp_path / "tmp").iterdir()) == []
    assert backup("is-fresh").returncode == 1


def test_old_dumps_go_and_files_stay(backup, tmp_path):
    (tmp_path / "media" / "a.pdf").write_text("content")
    backup("now")
    long_ago = time.time() - 40 * 86400
    for path in (tmp_path / "backups").rglob("*.age"):
        os.utime(path, (long_ago, long_ago))
    old = {path.name for path in (tmp_path / "backups").glob("*.age")}
    time.sleep(1)

    backup("now", BACKUP_KEEP_DAYS="30")

    now = {path.name for path in (tmp_path / "backups").glob("*.age")}
    assert (len(old & now), len(now)) == (0, 2)
    assert len(list((tmp_path / "backups" / "media").iterdir())) == 1
