"""Run the faults that are asked for, all by default: `python -m ops.faults FT-12`.

FAULTS_SHARE=0.05 takes a twentieth of the numbers, for a look while one works on them.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from ops.bench.servers import HOST, Servers
from ops.bench.stage import GMINAS, register
from ops.faults import (
    closing,
    corpora,
    fuzz,
    interrupted,
    killed,
    rush,
    scanners,
    stopping,
    together,
    twice,
)
from ops.faults.post import broker, killing, names, storm, timers, tricks, weather
from ops.faults.result import Result

Fault = Callable[[Servers, float], Result]
FAULTS: dict[str, Fault] = {
    "FT-S1": scanners.look,
    "FT-S2": scanners.click,
    "FT-01": killing.kill,
    "FT-02": tricks.silent,
    "FT-03": tricks.too_late,
    "FT-04": broker.forgets,
    "FT-05": broker.gone,
    "FT-06": broker.ill,
    "FT-12": twice.run,
    "FT-18": together.run,
    "FT-19": killed.run,
    "FT-20": interrupted.run,
    "FT-21": closing.run,
    "FT-28": storm.run,
    "FT-29": weather.poisoned,
    "FT-30": weather.weather,
    "FT-31": timers.run,
    "FT-32": broker.impatient,
    "FT-33": killing.roll,
    "FT-38": stopping.run,
    "FT-40": rush.run,
    "FT-41": fuzz.run,
    "L02": names.run,
    "SEC-U": corpora.run,
}
# Those of mail start the web server themselves, when they need it.
WITHOUT_PAGES = {"FT-01", "FT-02", "FT-03", "FT-04", "FT-28", "FT-29", "FT-30", "FT-31", "FT-32"}
WITHOUT_PAGES |= {"FT-33", "FT-38", "L02"}
WITHOUT_REGISTER = WITHOUT_PAGES - {"FT-31"}
# Twenty surveys a second for ten minutes, and some before: more than Poland has gminas.
MANY_GMINAS = {"FT-05": 16_000, "FT-06": 16_000}
ON_A_PLAYED_EDITION = {"FT-S1", "FT-S2"}


# As fast as it goes: the plays are about what is lost and doubled, not about the pace.
SETTINGS = {
    "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
    "MAILING_PER_MINUTE": "10000000",
    "MAILING_PER_HOUR": "10000000",
}


def main(wanted: list[str]) -> int:
    """Exit code 1 when a fault was not survived. Each has servers and a process of its own."""
    unknown = set(wanted) - set(FAULTS)
    if unknown:
        print(f"Known faults: {' '.join(FAULTS)}", file=sys.stderr)
        return 2
    if len(wanted) == 1:
        return _run(wanted[0])
    failed = [name for name in wanted or FAULTS if _in_child(name)]
    count = len(wanted or FAULTS)
    print(f"\n{count - len(failed)} of {count} survived. {' '.join(failed)}".rstrip())
    return bool(failed)


def _in_child(name: str) -> int:
    return subprocess.call([sys.executable, "-m", "ops.faults", name])  # noqa: S603 - ourselves


def _run(name: str) -> int:
    began = time.monotonic()
    share = float(os.environ.get("FAULTS_SHARE", "1"))
    with Servers(with_floor=False, settings=SETTINGS) as servers:
        _stage(name)
        if name not in WITHOUT_PAGES:
            servers.start_web()
        result = FAULTS[name](servers, share)
    result.figures["seconds"] = round(time.monotonic() - began)
    print(result.line(), flush=True)
    return not result.is_passed


def _stage(name: str) -> None:
    import django

    django.setup()
    if name in ON_A_PLAYED_EDITION:
        from django.utils import timezone

        from ops.faults.waiting import let_all_wait
        from win4ua.rehearsal.play import play

        play(surveys=12, applications=8, seed=3, progress=lambda rows, _label: rows)
        let_all_wait(timezone.now())
    elif name not in WITHOUT_REGISTER:
        register(MANY_GMINAS.get(name, GMINAS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
