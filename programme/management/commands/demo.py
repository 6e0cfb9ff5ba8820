"""Fill a fresh database with the demonstration."""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from programme.services.demonstration import (
    WITH_PASSWORD,
    Person,
    demonstration_edition,
    demonstration_people,
    load_demonstration_register,
)

BY_LINK = "signs in by e-mailed link (the letter is in the outbox of the panel)"
KEPT = "password as printed when the account was made"


class Command(BaseCommand):
    """`demo`: register, edition and logins; safe to run again."""

    help = "Load the demonstration register, an edition that is open now, and logins (printed)."

    def handle(self, **options) -> None:
        """Do it, print the logins on standard output, and keep new ones in var/logins.txt."""
        gminas, hromadas = load_demonstration_register()
        edition = demonstration_edition(now=timezone.now())
        people = demonstration_people()
        self.stderr.write(f"Demonstration register: {gminas} gminas and {hromadas} hromadas added.")
        if find_spec("win4ua.demo") is not None:
            people += import_module("win4ua.demo").fill(edition, now=timezone.now())
        kept = Path(settings.VAR_DIR) / "logins.txt"
        is_new = any(person.password for person in people)
        if not is_new and kept.exists():
            self.stdout.write(kept.read_text(encoding="utf-8").rstrip("\n"))
            return
        text = "\n".join(line(person) for person in people) + "\n"
        if is_new:
            write_private(kept, text)
        self.stdout.write(text.rstrip("\n"))


def line(person: Person) -> str:
    """Role, address and password of one person, in columns."""
    secret = person.password
    if not secret:
        secret = KEPT if person.role in WITH_PASSWORD else BY_LINK
    return f"{person.role:<14} {person.email:<32} {secret}"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
