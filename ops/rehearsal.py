"""`make rehearsal`: a whole edition on generated people, in a database made for it and thrown away.

Run inside `ops.services`, which sets DATABASE_URL and REDIS_URL. No letter leaves the machine.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
USUAL = ["--surveys", "300", "--applications", "120", "--seed", "1"]


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="win4ua-rehearsal-") as var:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "win4ua.settings.dev",
            "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
            "WIN4UA_VAR": var,
        }
        for command in (["migrate", "--noinput", "-v0"], ["rehearse", *(arguments or USUAL)]):
            code = subprocess.call(  # noqa: S603 - our own commands
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment
            )
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
