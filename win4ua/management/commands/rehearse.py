"""`manage.py rehearse`: a whole edition on generated people; the last line is JSON figures."""

import json
import sys

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from win4ua.rehearsal.play import play


class Command(BaseCommand):
    """Plays from the letter to the last settlement through the real services; no mail leaves."""

    help = "Play a whole edition on generated people and print figures as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """How large, and which chance."""
        parser.add_argument("--surveys", type=int, default=300)
        parser.add_argument("--applications", type=int, default=120)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args, surveys: int, applications: int, seed: int, **options) -> None:
        """Progress goes to standard error, figures to standard output."""

        def progress(rows, label: str):
            return tqdm(rows, desc=f"{label:>16}", file=sys.stderr, unit="", leave=True)

        figures = play(surveys=surveys, applications=applications, seed=seed, progress=progress)
        self.stdout.write(json.dumps(figures.as_dict(), ensure_ascii=False))
