"""What the two import commands have in common."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import TextIO

from django.core.management.base import CommandError

from programme.registers import RegisterRefused
from programme.services.register_plan import Plan

LINES_SHOWN = 30


def day(text: str) -> date:
    """A day typed as 2024-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2024-12-31") from error


def read(path: str) -> tuple[str, bytes]:
    """Name and bytes of a file named on the command line."""
    try:
        return Path(path).name, Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def refuse(refused: RegisterRefused) -> CommandError:
    """The error of a command for a refused file, with file and line."""
    where = f"{refused.file}: " if refused.file else ""
    return CommandError(f"Refused. {where}{refused}")


def show(plan: Plan, out: TextIO, *, is_dry_run: bool) -> None:
    """Print a plan: figures first, then the lines of every kind of change."""
    out.write(f"Municipalities in the file: {plan.units}")
    out.write(f"Above the limit of {plan.limit}: {plan.above_limit}")
    out.write(f"New figures of population: {plan.new_figures}")
    if plan.table_year:
        out.write(f"Year named by the table of population: {plan.table_year}")
    if plan.new_statuses:
        out.write(f"New security situations: {plan.new_statuses}")
    if plan.newer_register:
        out.write(f"The register loaded is of {plan.newer_register}: only figures are taken.")
    if plan.older_than:
        out.write(f"Older than the register loaded, which is of {plan.older_than}.")
    if plan.crossings:
        out.write(f"Crosses the population limit: {len(plan.crossings)}")
    for crossing in plan.crossings:
        edition = f"{crossing.edition_name}, " if crossing.edition_name else ""
        out.write(
            f"  {crossing.code} {crossing.name}: {crossing.was} -> {crossing.becomes} "
            f"({edition}limit {crossing.limit}) {' '.join(crossing.records)}".rstrip()
        )
    for _key, title, changes in plan.sections():
        out.write(f"{str(title).capitalize()}: {len(changes)}")
        for change in changes[:LINES_SHOWN]:
            out.write(f"  {change}")
        if len(changes) > LINES_SHOWN:
            out.write(f"  and {len(changes) - LINES_SHOWN} more")
    if plan.is_empty:
        out.write("Nothing to change.")
    elif is_dry_run:
        out.write("Dry run: nothing was written.")
    else:
        out.write("Done.")
