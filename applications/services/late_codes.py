"""Late codes: made by a coordinator, typed by a municipality, counted and taken back (A17)."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from applications.clock import database_now
from applications.models import LateCode, LateCodeUse
from core import audit, links
from core.models import User
from programme.models import Edition, Gmina

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what looks alike: I and 1, O and 0, L
LENGTH, GROUP = 16, 4
PURPOSE = "late_code"


class BadCode(Exception):
    """The code lets nobody in: unknown, used up, ended, taken back, or of another municipality.

    Which of these, the person who typed it is not told.
    """


class AlreadyMade(Exception):
    """This form has made its code already; the characters were shown then. `code` is that one."""

    def __init__(self, code: LateCode):
        self.code = code
        super().__init__(code.ending)


def _refuse_second(form_key: UUID | None) -> None:
    """Two clicks at once wait for each other here. In a transaction."""
    if form_key is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"late_code.{form_key}"])
    if known := LateCode.objects.filter(form_key=form_key).first():
        raise AlreadyMade(known)


def plain(typed: str) -> str:
    """A code without the spaces and hyphens that people type, in capitals."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def digest(code: str) -> str:
    """What is stored of a code of 79 bits."""
    return links.digest(PURPOSE, plain(code))


@transaction.atomic
def make_code(
    edition: Edition,
    *,
    note: str,
    expires_at: datetime,
    uses_allowed: int = 1,
    gmina: Gmina | None = None,
    form_key: UUID | None = None,
    actor: User,
    now: datetime,
) -> tuple[LateCode, str]:
    """A new code, and its characters, which are shown once and kept nowhere.

    `expires_at` is an exclusive instant, as every closing. `form_key` is drawn for each form that
    is opened, so that one form sent twice makes one code. Raises `AlreadyMade`, and
    `IntegrityError` on a code that could never be used or says nothing of its reason.
    """
    _refuse_second(form_key)
    letters = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    code = LateCode.objects.create(
        edition=edition,
        gmina=gmina,
        digest=digest(letters),
        form_key=form_key,
        ending=letters[-GROUP:],
        note=note.strip(),
        uses_allowed=uses_allowed,
        expires_at=expires_at,
        created_at=now,
        created_by=actor,
    )
    audit.record(
        action="applications.latecode.made",
        target=code,
        actor=actor,
        now=now,
        uses_allowed=uses_allowed,
        gmina=gmina.teryt if gmina else "",
    )
    return code, "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _held(edition: Edition, typed: str) -> LateCode | None:
    """The code, its row locked, so that two municipalities count one after the other."""
    rows = LateCode.objects.select_for_update()
    return rows.filter(edition=edition, digest=digest(typed)).first()


@transaction.atomic
def use_code(
    edition: Edition, *, gmina: Gmina, typed: str, now: datetime | None = None
) -> LateCodeUse:
    """Let this municipality in until the code ends. Typed again by the same one, it counts once.

    Without `now` the clock of the database is read. Raises `BadCode`.
    """
    at = now or database_now()
    code = _held(edition, typed)
    if code is None or code.revoked_at is not None or code.expires_at <= at:
        raise BadCode
    if code.gmina_id not in (None, gmina.pk):
        raise BadCode
    known = LateCodeUse.objects.filter(code=code, gmina=gmina).first()
    if known is not None:
        return known
    if code.uses >= code.uses_allowed:
        raise BadCode
    code.uses += 1
    code.save(update_fields=["uses"])
    used = LateCodeUse.objects.create(code=code, gmina=gmina, used_at=at)
    audit.record(action="applications.latecode.used", target=code, now=at, gmina=gmina.teryt)
    return used


@transaction.atomic
def revoke_code(code: LateCode, *, actor: User, now: datetime) -> LateCode:
    """Take the code back: nobody new gets in, and who is in and has not sent is out again."""
    revoked = LateCode.objects.filter(pk=code.pk, revoked_at=None).update(
        revoked_at=now, revoked_by=actor
    )
    if revoked:
        code.revoked_at, code.revoked_by = now, actor
        audit.record(action="applications.latecode.revoked", target=code, actor=actor, now=now)
    return code
