"""manage.py solve_matching: answer one instance file as JSON, without a database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.engine.instance import Instance, InstanceError, parse_instance
from matching.engine.prices import prices
from matching.engine.solve import solve

BAD_FILE = 2


class Command(BaseCommand):
    """Reads an instance (`matching/schema.md`), prints the proven best matching as one object."""

    help = "Solve a matching instance and print the answer as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        pair: dict[str, Any] = {"nargs": 2, "action": "append", "default": []}
        pair["metavar"] = ("HOST", "INTERN")
        parser.add_argument("instance", type=Path, metavar="INSTANCE.json")
        parser.add_argument("--force", help="Pin this pair; may be repeated.", **pair)
        parser.add_argument("--forbid", help="Forbid this pair; may be repeated.", **pair)
        parser.add_argument("--prices", action="store_true", help="Add the price of every pair.")
        parser.add_argument("--time-limit", type=float, metavar="SECONDS", default=None)

    def handle(self, *, instance: Path, **options: Any) -> None:
        try:
            problem = read_instance(instance).with_changes(
                force=map(tuple, options["force"]), forbid=map(tuple, options["forbid"])
            )
        except InstanceError as error:
            raise CommandError(str(error), returncode=BAD_FILE) from error
        solution = solve(problem, time_limit=options["time_limit"])
        answer = solution.as_dict()
        if options["prices"]:
            answer["prices"] = [list(row) for row in prices(problem, solution)]
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def read_instance(path: Path) -> Instance:
    """Read and parse a file; every fault of it is an InstanceError that names a field."""
    try:
        return parse_instance(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InstanceError("INSTANCE.json", f"The file cannot be read ({error}).") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, InstanceError):
            raise
        raise InstanceError("INSTANCE.json", f"The file is not JSON ({error}).") from error
