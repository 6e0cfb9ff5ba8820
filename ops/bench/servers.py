"""The house and the floor behind gunicorn, as in production, on one PostgreSQL of their own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Self

from ops.check import production_environment
from ops.processes import die_with_parent, free_port, port_is_taken
from ops.services import Postgres, Redis
from ops.template import DATABASE, migrated_cluster
from ops.visitor import Visitor, wait_for

ROOT = Path(__file__).resolve().parents[2]
HOST = "win4ua.example.org"
FLOOR_HOST = "localhost"
START_SECONDS = 60


class Sink:
    """A mail server that takes everything and counts it by address."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.taken: Counter[str] = Counter()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._controller.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by aiosmtpd for every letter."""
        self.taken.update(address.lower() for address in envelope.rcpt_tos)
        return "250 taken"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._controller.stop()


class Servers:
    """`with Servers() as servers:` brings everything up; nothing of it stays behind.

    The environment of this process becomes that of the house, so that Django can be set up in it.
    """

    def __init__(self, *, with_floor: bool = True, settings: dict[str, str] | None = None) -> None:
        self.with_floor = with_floor
        self.settings = settings or {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.folder = Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="win4ua-")))
        postgres = Postgres()
        postgres.model = migrated_cluster(postgres.identity.name)
        self.postgres = self._ends.enter_context(postgres)
        self.redis = self._ends.enter_context(Redis())
        if postgres.model is None:
            raise RuntimeError("the tables could not be made: run `make test` to see why")
        os.environ.update(
            production_environment()
            | {
                "DATABASE_URL": self.postgres.url(DATABASE),
                "REDIS_URL": self.redis.url(0),
                "SITE_URL": f"https://{HOST}",
                "ALLOWED_HOSTS": HOST,
                "WIN4UA_VAR": str(self.folder),
                "EMAIL_HOST": "127.0.0.1",
                "EMAIL_PORT": "9",
                "EMAIL_USE_TLS": "false",
                "PYTHONWARNINGS": "ignore",
            }
            | self.settings
        )
        self._ends.callback(self._stop)
        self._run("manage.py", "collectstatic", "--noinput", "-v0")
        if self.with_floor:
            self._prepare_floor()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ends.close()

    # --- Programs

    def start_web(self, *, workers: int = 2, threads: int = 4) -> int:
        """The house behind gunicorn, as `deploy/gunicorn.py` says; returns its port."""
        return self._gunicorn(
            "web",
            "win4ua.wsgi",
            {"WEB_WORKERS": str(workers), "WEB_THREADS": str(threads)},
            host=HOST,
            ready="/ankieta/",
        )

    def start_secure_web(self, certificate: Path, key: Path) -> int:
        """The house once more, behind TLS, as browsers want it; returns its port."""
        port = self.ports["secure"] = free_port()
        self._start(
            "secure",
            [sys.executable, "-m", "gunicorn", "win4ua.wsgi", "--config", "deploy/gunicorn.py"]
            + ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
            + ["--certfile", str(certificate), "--keyfile", str(key)],
            {"WEB_WORKERS": "1", "WEB_THREADS": "8"},
        )
        if not wait_for(lambda: port_is_taken(port), seconds=START_SECONDS):
            raise RuntimeError("the house behind TLS does not answer")
        return port

    def start_floor(self) -> int:
        """Plain Django behind the same gunicorn; returns its port."""
        environment = {
            "DJANGO_SETTINGS_MODULE": "ops.bench.floor.settings",
            "DATABASE_URL": self.postgres.url("floor"),
        }
        return self._gunicorn(
            "floor", "ops.bench.floor.wsgi", environment, host=FLOOR_HOST, ready="/bare/"
        )

    def start_worker(
        self, *, concurrency: int = 2, with_beat: bool = False, name: str = "worker"
    ) -> None:
        """A worker that sends letters and does what pages leave to it.

        `with_beat`: and what stands in the schedule, so that a lost hint costs half a minute.
        """
        schedule = ["--beat", "--schedule", str(self.folder / "beat-schedule")]
        self._start(
            name,
            [sys.executable, "-m", "celery", "--quiet", "--app", "win4ua", "worker"]
            + ["--loglevel", "ERROR", "--pool", "threads", "--concurrency", str(concurrency)]
            + ["--without-gossip", "--without-mingle", "--without-heartbeat"]
            + ["--hostname", f"{name}@%h"]
            + (schedule if with_beat else []),
            {},
        )

    def start_sink(self) -> "Sink":
        """Somewhere for letters to go; before the worker, which is told where."""
        sink = self._ends.enter_context(Sink())
        os.environ["EMAIL_PORT"] = str(sink.port)
        return sink

    def stop(self, name: str) -> None:
        """End one of the programs."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def visitor(self, name: str = "web", *, timeout: float = 60) -> Visitor:
        """Somebody with a clean browser."""
        host = HOST if name == "web" else FLOOR_HOST
        return Visitor(self.ports[name], host=host, timeout=timeout)

    def roots(self, name: str) -> list[int]:
        """Whose CPU a request of this server costs: gunicorn and PostgreSQL."""
        database = self.postgres.process
        return [self.processes[name].pid, *([database.pid] if database else [])]

    # --- Inside

    def _prepare_floor(self) -> None:
        self.postgres.create_database("floor")
        self._run(
            "-m",
            "django",
            "migrate",
            "--run-syncdb",
            "-v0",
            DJANGO_SETTINGS_MODULE="ops.bench.floor.settings",
            DATABASE_URL=self.postgres.url("floor"),
        )

    def _run(self, *arguments: str, **environment: str) -> None:
        subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environment}, check=True
        )

    def _gunicorn(
        self, name: str, application: str, environment: dict[str, str], *, host: str, ready: str
    ) -> int:
        port = self.ports[name] = free_port()
        self._start(
            name,
            [sys.executable, "-m", "gunicorn", application, "--config", "deploy/gunicorn.py"]
            + ["--bind", f"127.0.0.1:{port}", "--log-level", "error"],
            environment,
        )
        if not wait_for(lambda: _answers(port, host, ready), seconds=START_SECONDS):
            raise RuntimeError(f"{name} does not answer")
        return port

    def _start(self, name: str, argv: list[str], environment: dict[str, str]) -> None:
        log = self._ends.enter_context((self.folder / f"{name}.log").open("ab"))
        self.processes[name] = subprocess.Popen(  # noqa: S603 - our own commands
            argv,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def _stop(self) -> None:
        for name in list(self.processes):
            self.stop(name)


def _answers(port: int, host: str, path: str) -> bool:
    visitor = Visitor(port, host=host, timeout=10)
    try:
        return visitor.get(path).status < 600
    except OSError:
        return False
    finally:
        visitor.close()
