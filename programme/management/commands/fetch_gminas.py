"""Fetch gminas and their population from the web service of Statistics Poland."""

import time
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from programme.management.registers import refuse, show
from programme.models import RegisterFetch, RegisterImport
from programme.models.fetches import FetchStatus
from programme.registers import RegisterRefused
from programme.services import register_fetches as fetches
from programme.services.register_uploads import apply_import, plan_of

SLICE_SECONDS = 30
LONGEST_WAIT = timedelta(minutes=20)


class Command(BaseCommand):
    """`fetch_gminas [--year Y] [--dry-run]`."""

    help = (
        "Fetch gminas and their population from the Local Data Bank of Statistics Poland. A fetch "
        "that stopped is gone on with; one that waits in the panel is not fetched again."
    )

    def add_arguments(self, parser) -> None:
        """The year of the figures."""
        parser.add_argument("--year", type=int, help="of the figures; the newest without it")
        parser.add_argument("--dry-run", action="store_true", help="show the plan, write nothing")

    @no_translations
    def handle(self, **options) -> None:
        """Fetch, show the plan, and write unless it is a dry run."""
        record = self._waiting(options["year"]) or self._fetched(options["year"])
        try:
            if options["dry_run"]:
                plan = plan_of(record, now=timezone.now())
            else:
                plan = apply_import(record, actor=None, now=timezone.now())
        except RegisterRefused as refused:
            raise refuse(refused) from refused
        show(plan, self.stdout, is_dry_run=options["dry_run"])

    def _waiting(self, year: int | None) -> RegisterImport | None:
        """What was fetched of this very year and nobody has applied or thrown away."""
        waiting = RegisterImport.objects.filter(
            fetch__status=FetchStatus.FETCHED, applied_at=None, files__role="service"
        )
        return waiting.filter(fetch__year=year).order_by("-pk").first() if year else None

    def _fetched(self, year: int | None) -> RegisterImport:
        fetch = self._begun(year)
        told = ""
        while fetch.status == FetchStatus.FETCHING:
            fetches.work_on(fetch.pk, clock=timezone.now, seconds=SLICE_SECONDS)
            fetch.refresh_from_db()
            line = self._line(fetch)
            if line != told:
                self.stdout.write(line)
                told = line
            if fetch.status == FetchStatus.FETCHING:
                self._wait(fetch)
        if fetch.status != FetchStatus.FETCHED or fetch.register_import is None:
            raise CommandError(f"Stopped. {fetch.problem}")
        return fetch.register_import

    def _begun(self, year: int | None) -> RegisterFetch:
        """The fetch that is under way or stopped, else a new one."""
        now = timezone.now()
        running = RegisterFetch.objects.filter(status=FetchStatus.FETCHING).first()
        if running is not None:
            if year not in (None, running.year):
                raise CommandError(f"Figures of the year {running.year} are being fetched already.")
            return running
        stopped = RegisterFetch.objects.filter(status=FetchStatus.FAILED).order_by("-pk").first()
        if stopped is not None and stopped.year == year and stopped.pages.exists():
            return fetches.resume_fetch(stopped, actor=None, now=now)
        return fetches.start_fetch(year=year, actor=None, now=now)

    def _line(self, fetch: RegisterFetch) -> str:
        return f"Pages fetched: {fetch.pages.count()}" if fetch.pages.exists() else "Fetched."

    def _wait(self, fetch: RegisterFetch) -> None:
        if fetch.not_before is None:
            time.sleep(1)  # a worker has it; or there is more to ask for
            return
        pause = fetch.not_before - timezone.now()
        if pause > LONGEST_WAIT:
            raise CommandError(
                f"The service wants to be left alone until {fetch.not_before:%Y-%m-%d %H:%M} UTC. "
                "The workers go on then; or run this again."
            )
        self.stdout.write(f"{fetch.problem} Goes on at {fetch.not_before:%H:%M:%S} UTC.".strip())
        time.sleep(max(0.0, pause.total_seconds()))
