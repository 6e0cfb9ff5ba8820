"""`manage.py translations update|check|compile [room]`: the catalogues of all rooms, or of one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import catalogs
from core.sentences import UnreadableSourceError


class Command(BaseCommand):
    """Needs no database and no gettext tools."""

    help = "Update, check or compile the Polish and Ukrainian catalogues."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["update", "check", "compile"])
        parser.add_argument("room", nargs="?", choices=settings.ROOMS)

    def handle(self, *args: Any, action: str, room: str | None, **options: Any) -> None:
        rooms = [room] if room else settings.ROOMS
        try:
            getattr(self, action)(rooms)
        except UnreadableSourceError as error:
            raise CommandError(str(error)) from error

    def update(self, rooms: list[str]) -> None:
        for room in rooms:
            for language in catalogs.LANGUAGES:
                done = catalogs.update(room, language)
                self.stdout.write(
                    f"{room}/{language}: {done.added} added, {done.removed} removed, "
                    f"{done.copied} copied from another room, {done.untranslated} untranslated"
                )

    def check(self, rooms: list[str]) -> None:  # type: ignore[override]  # not BaseCommand.check
        found = [
            problem
            for room in rooms
            for language in catalogs.LANGUAGES
            for problem in catalogs.problems(room, language)
        ]
        found += catalogs.contradictions(rooms.__contains__)
        for problem in found:
            self.stdout.write(problem)
        if found:
            raise CommandError(f"{len(found)} problems in the translations.")
        self.stdout.write("The translations are complete.")

    def compile(self, rooms: list[str]) -> None:
        written = [
            f"locale/{room}/{language}"
            for room in rooms
            for language in catalogs.LANGUAGES
            if catalogs.compile_catalog(room, language)
        ]
        self.stdout.write(f"Compiled: {', '.join(written) or 'nothing had changed'}.")
