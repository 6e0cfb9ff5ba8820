"""`manage.py check_mail`: will our letters be trusted? Says what to do; sends nothing."""

import sys
from collections import Counter
from itertools import chain

from django.core.management.base import BaseCommand, CommandParser

from mailing import dns_records, mail_check

SIGNS = {dns_records.OK: "ok  ", dns_records.WARN: "note", dns_records.BAD: "BAD "}


class Command(BaseCommand):
    """Settings, the line to the mail server, and what the DNS says of us."""

    help = "Checks what can be checked of outgoing mail; exit code 1 when something must be mended."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to ask, and which keys."""
        parser.add_argument("--selector", action="append", default=[], help="DKIM selector; repeat")
        parser.add_argument("--resolver", default="", help="HOST[:PORT] of a DNS server")
        parser.add_argument("--no-dns", action="store_true", help="leave out the DNS")
        parser.add_argument("--no-connection", action="store_true", help="do not call the server")

    def handle(self, *args: object, **options) -> None:
        """Print one line a finding and what to do about it."""
        parts = [mail_check.of_settings()]
        if not options["no_connection"]:
            parts.append(mail_check.of_line())
        if not options["no_dns"]:
            resolver = dns_records.resolver_at(options["resolver"])
            parts.append(mail_check.of_dns(resolver, options["selector"]))
        many: Counter[str] = Counter()
        for finding in chain.from_iterable(parts):
            many[finding.level] += 1
            self.stdout.write(f"{SIGNS[finding.level]}  {finding.what}")
            if finding.todo:
                self.stdout.write(f"      -> {finding.todo}")
        self.stdout.write(
            f"{many['ok']} in order, {many['warn']} to think about, {many['bad']} to mend"
        )
        if many["bad"]:
            sys.exit(1)
