"""Load the register of gminas from the official files of Statistics Poland."""

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from programme.management.registers import day, read, refuse, show
from programme.models import RegisterImport
from programme.registers import RegisterRefused
from programme.services.register_files import (
    edition_limits,
    limit_for,
    read_gmina_files,
    sources_of,
)
from programme.services.registers import import_gminas, plan_gminas


class Command(BaseCommand):
    """`import_gminas --terc FILE [--population FILE --population-date D] [--dry-run]`."""

    help = "Load gminas from TERC (csv, xml or zip) and their population (GUS table IV or BDL)."

    def add_arguments(self, parser) -> None:
        """Files and the day of the figures."""
        parser.add_argument("--terc", required=True, metavar="FILE")
        parser.add_argument("--population", metavar="FILE")
        parser.add_argument("--population-date", type=day, metavar="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="show the plan, write nothing")

    @no_translations
    def handle(self, **options) -> None:
        """Read, show the plan, and write unless it is a dry run."""
        if bool(options["population"]) != bool(options["population_date"]):
            raise CommandError("--population and --population-date go together.")
        files = {"terc": read(options["terc"])}
        if options["population"]:
            files["population"] = read(options["population"])
        now = timezone.now()
        limit = limit_for(RegisterImport.GMINAS, now)
        editions = edition_limits(RegisterImport.GMINAS, now)
        try:
            register, figures = read_gmina_files(files, options["population_date"])
        except RegisterRefused as refused:
            raise refuse(refused) from refused
        if options["dry_run"]:
            plan = plan_gminas(register, figures, limit=limit, editions=editions)
        else:
            plan = import_gminas(
                register,
                figures,
                limit=limit,
                editions=editions,
                sources=sources_of(files),
                now=now,
            )
        show(plan, self.stdout, is_dry_run=options["dry_run"])
