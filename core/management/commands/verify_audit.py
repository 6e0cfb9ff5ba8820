"""`manage.py verify_audit`: recompute the chain of the audit trail."""

from django.core.management.base import BaseCommand, CommandError

from core import audit


class Command(BaseCommand):
    """Ends with status 0 when the chain is whole, else 1 and the first broken place."""

    help = "Recompute the chain of the audit trail and name the first broken place."

    def handle(self, **options) -> None:
        """Compare the lines with their seals, and the seals with the heads written down."""
        verdict = audit.verify()
        if not verdict.is_sound:
            raise CommandError(verdict.broken, returncode=1)
        self.stdout.write(
            f"audit trail is whole: {verdict.sealed} lines sealed, {verdict.waiting} waiting"
        )
