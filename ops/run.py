"""`make run`: the whole house on one machine that has Python and nothing else.

Starts a PostgreSQL and a Redis of its own (unless DATABASE_URL and REDIS_URL name others),
migrates, loads the demonstration once, then keeps web, worker and beat alive. Everything that
must survive, and every secret of this machine, lies in `var/`.
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from ops.processes import die_with_parent, end_with_make, port_is_taken
from ops.services import Postgres, Redis, ServiceError
from ops.supervisor import Child, Supervisor, command, say

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("WIN4UA_VAR", ROOT / "var"))
WEB_THREADS = 8
WORKER_THREADS = 2
# Celery warns on every start as root; `make run` is meant to work for root too.
ROOT_IS_FINE_HERE = "ignore:You're running the worker with superuser privileges"
SHARED_WITH_COMMANDS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "SITE_URL",
)


class CannotStartError(Exception):
    """Said to the person at the keyboard, in one sentence, before anything was started."""


def read_port(text: str) -> int:
    """The port as typed, when it is free."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStartError(f"PORT={text} is not a port; try `make run PORT=8001`.")
    port = int(text)
    if port_is_taken(port):
        raise CannotStartError(
            f"Port {port} is taken by another program; nothing was started. "
            f"Try `make run PORT={port + 1 if port < 65535 else 8001}`."
        )
    return port


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """One `make run` at a time in one folder."""
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        VAR.chmod(0o711)  # PostgreSQL, which refuses to be root, must be able to walk through
    with (VAR / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStartError(f"`make run` is running already in {ROOT}.") from error
        yield


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def machine_secrets() -> dict[str, str]:
    """Secrets of this machine: made at the first run, kept in `var/secrets.json`."""
    path = VAR / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_ENCRYPTION_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
        "REDIS_PASSWORD": secrets.token_urlsafe(24),
    }
    if missing := fresh.keys() - known.keys():
        known |= {name: fresh[name] for name in missing}
        write_private(path, json.dumps(known, indent=2, sort_keys=True) + "\n")
    return known


class House:
    """The environment, the servers and the steps of one `make run`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://localhost:{port}/"
        self.supervisor = Supervisor()
        self.when_done = contextlib.ExitStack()
        self.is_greeted, self.ask_again_at = False, 0.0
        self.secrets = machine_secrets()
        self.is_our_database = not os.environ.get("DATABASE_URL")
        self.environment = dict(os.environ)
        for name, value in {
            "DJANGO_SETTINGS_MODULE": "win4ua.settings.dev",
            "SECRET_KEY": self.secrets["SECRET_KEY"],
            "FIELD_ENCRYPTION_KEYS": self.secrets["FIELD_ENCRYPTION_KEYS"],
            "SITE_URL": self.address.rstrip("/"),
            "WATCH_SECONDS": "30",
        }.items():
            self.environment.setdefault(name, value)
        self.environment["WIN4UA_VAR"] = str(VAR)

    # --- Servers

    def start_services(self) -> None:
        """PostgreSQL and Redis, where the environment names none."""
        if self.is_our_database:
            postgres = Postgres(
                VAR / "postgres",
                password=self.secrets["POSTGRES_PASSWORD"],
                log=VAR / "log" / "postgres.log",
            )
            self.when_done.callback(postgres.clean_up)
            postgres.prepare()
            self.supervisor.add(
                Child(
                    "postgres",
                    postgres.spawn,
                    stage=0,
                    stop_signal=signal.SIGINT,
                    force_signal=signal.SIGQUIT,
                )
            )
            postgres.wait_until_ready()
            postgres.create_database()
            self.environment["DATABASE_URL"] = postgres.url()
        if not os.environ.get("REDIS_URL"):
            redis = Redis(
                VAR / "redis",
                password=self.secrets["REDIS_PASSWORD"],
                log=VAR / "log" / "redis.log",
            )
            self.supervisor.add(Child("redis", redis.spawn, stage=0))
            redis.wait_until_ready()
            self.environment["REDIS_URL"] = redis.url()
        self._publish_environment()

    def _publish_environment(self) -> None:
        """Let `manage.py`, typed by hand meanwhile, reach the same database."""
        path = VAR / "run.json"
        shown = {name: self.environment[name] for name in SHARED_WITH_COMMANDS}
        write_private(path, json.dumps(shown, indent=2) + "\n")
        self.when_done.callback(path.unlink, missing_ok=True)

    # --- Preparing

    def start_command(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin a management command."""
        return subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def finish(self, *commands: "subprocess.Popen[str]") -> str:
        """Wait for management commands; what the last one printed."""
        printed = ""
        for begun in commands:
            printed, _ = begun.communicate()
            if begun.returncode:
                words = " ".join(map(str, list(begun.args)[1:]))  # type: ignore[arg-type]  # a list
                raise CannotStartError(f"`{words}` failed; see above.")
        return printed

    def prepare(self) -> None:
        """Tables, static files and, in a new database, the demonstration."""
        wants_demonstration = self.is_our_database or self._is_empty()
        say("run", "bringing the tables up to date")
        self.finish(
            self.start_command("migrate", "--noinput", "-v0"),
            self.start_command("collectstatic", "--noinput", "-v0"),
        )
        if wants_demonstration and not self._has_an_edition():
            say("run", "loading the demonstration register and edition")
            write_private(VAR / "logins.txt", self.finish(self.start_command("demo")))

    def _ask(self, question: str) -> bool:
        import psycopg2

        talk = psycopg2.connect(self.environment["DATABASE_URL"])
        with contextlib.closing(talk), talk.cursor() as cursor:
            cursor.execute(question)
            return bool(cursor.fetchone()[0])

    def _is_empty(self) -> bool:
        return self._ask("SELECT to_regclass('django_migrations') IS NULL")

    def _has_an_edition(self) -> bool:
        return self._ask("SELECT EXISTS (SELECT 1 FROM programme_edition)")

    # --- Running

    def start_programs(self) -> None:
        """Web, worker and beat."""
        python = sys.executable
        celery = [python, "-m", "celery", "--quiet", "--app", "win4ua"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        programs = {
            "web": (
                [python, "-m", "gunicorn", "win4ua.wsgi", "--bind", f"127.0.0.1:{self.port}"]
                + ["--worker-class", "gthread", "--workers", "1", "--threads", str(WEB_THREADS)]
                + ["--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"],
                signal.SIGTERM,
            ),
            "worker": (
                [*celery, "worker", "--loglevel", "WARNING", "--pool", "threads"]
                + ["--concurrency", str(WORKER_THREADS), *quiet],
                signal.SIGKILL,  # threads only, and every task may run again
            ),
            "beat": ([*celery, "beat", "--loglevel", "WARNING", "--pidfile="], signal.SIGKILL),
        }
        environment = {**self.environment, "PYTHONWARNINGS": ROOT_IS_FINE_HERE}
        for name, (argv, last_word) in programs.items():
            spawn = command(argv, environment=environment, folder=ROOT, last_word=last_word)
            self.supervisor.add(Child(name, spawn))

    def greet_when_ready(self) -> None:
        """Print address and logins once, when the first page answers."""
        if self.is_greeted or self.supervisor.stop_asked_at is not None:
            return
        if time.monotonic() < self.ask_again_at:
            return
        self.ask_again_at = time.monotonic() + 0.5
        with contextlib.suppress(OSError, HTTPException):
            with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as talk:
                talk.request("GET", "/", headers={"Host": "localhost"})
                talk.getresponse().read()
            self.is_greeted = True
            print(self.greeting(), flush=True)

    def greeting(self) -> str:
        lines = ["", f"  WIN4UA is running at {self.address}", f"  The panel: {self.address}admin/"]
        logins = VAR / "logins.txt"
        if logins.exists():
            lines += ["", *("  " + line for line in logins.read_text().splitlines())]
            lines.append(f"  (kept in {logins})")
        if "EMAIL_BACKEND" in os.environ:  # somebody has chosen where letters go
            mail = f"Letters leave by {os.environ['EMAIL_BACKEND']}."
        else:
            mail = f"Letters are written into {VAR / 'mail'}."
        lines += ["", f"  {mail} Ctrl-C stops everything.", ""]
        return "\n".join(lines)

    def run(self) -> int:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGHUP, _interrupt)
        with self.when_done:
            try:
                self.start_services()
                self.prepare()
                self.supervisor.listen()
                self.start_programs()
            except KeyboardInterrupt:
                self.supervisor.listen()
                self.supervisor.stop_everything()
                return 130
            except (CannotStartError, ServiceError):
                self.supervisor.listen()
                self.supervisor.stop_everything()
                raise
            return self.supervisor.run(while_waiting=self.greet_when_ready)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    os.umask(0o077)
    end_with_make()
    try:
        port = read_port(os.environ.get("PORT") or "8000")
        with only_one():
            return House(port).run()
    except (CannotStartError, ServiceError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
