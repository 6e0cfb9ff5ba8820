"""A migrated cluster that test runs copy, so that the migrations run once and not in each process.

It lies in `.pytest_cache/` and is made anew whenever a migration, a model or a role changes. If it
cannot be made, the tests migrate by themselves and show what is wrong.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ops.postgres import Postgres

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".pytest_cache" / "clusters"
DATABASE = "migrated"
SOURCES = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "*/apps.py",
    "*/roles.py",
    "*/enums.py",
    "*/*permission*",
    "requirements-dev.txt",
    "ops/*.py",
)
KEPT = 4


def fingerprint() -> str:
    """Changes with everything that the migrated database may depend on."""
    found = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:20]


def migrated_cluster(identity: str) -> Path | None:
    """The folder to copy; `identity` is who runs PostgreSQL, for the files belong to them."""
    folder = FOLDER / f"{fingerprint()}-{os.geteuid()}-{identity}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _forget_old_ones()
            _make(folder)
        if not folder.exists():
            return None
        os.utime(folder)
    return folder


def _make(folder: Path) -> None:
    with Postgres() as postgres:
        postgres.create_database(DATABASE)
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", "migrate", "--noinput", "-v0"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "win4ua.settings.test",
                "DATABASE_URL": postgres.url(DATABASE),
                "REDIS_URL": "redis://127.0.0.1:1/0",
            },
            capture_output=True,
        )
        postgres.stop()
        if done.returncode == 0:
            draft = folder.with_suffix(".new")
            shutil.rmtree(draft, ignore_errors=True)
            postgres.save_copy(draft)
            draft.rename(folder)


def _forget_old_ones() -> None:
    folders = [path for path in FOLDER.iterdir() if path.is_dir()]
    for old in sorted(folders, key=lambda path: path.stat().st_mtime)[: -KEPT or None]:
        shutil.rmtree(old, ignore_errors=True)
