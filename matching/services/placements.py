"""The life of a placement: agreed, under way, finished, and the certificate at its end."""

from datetime import date, datetime

from django.db import transaction

from applications.models import InternApplication
from core import audit, pdf, roles, uploads
from core.formats import day, day_in_warsaw
from core.models import User
from core.services import account_for
from core.states import move
from matching import emails
from matching.enums import PlacementStatus, ReportAuthor, ReportStatus
from matching.models import Certificate, Placement, Proposal


class NoCommonDates(Exception):
    """Host and intern have no placement window in common."""


class MentorUnknown(Exception):
    """No internship without the account of a mentor; an accepted declaration always has one."""


class NotFinished(Exception):
    """There is no certificate before the end of the internship."""


class ReportsMissing(Exception):
    """A placement is finished only when intern and mentor have reported."""


@transaction.atomic
def create_placement(proposal: Proposal, *, actor: User | None, now: datetime) -> Placement:
    """The placement of an accepted pair, in the first window that suits both sides.

    Raises `NoCommonDates`, `MentorUnknown`.
    """
    starts_on, ends_on = _dates(proposal)
    mentor = proposal.declaration.mentor_user
    if mentor is None:
        raise MentorUnknown
    placement = Placement.objects.create(
        proposal=proposal,
        edition=proposal.version.edition,
        declaration=proposal.declaration,
        application=proposal.application,
        mentor=mentor,
        intern=_intern_account(proposal.application, now=now),
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=now,
    )
    audit.record(action="matching.placement.planned", target=placement, actor=actor)
    return placement


@transaction.atomic
def start_placement(placement: Placement, *, actor: User, now: datetime) -> Placement:
    """The intern has arrived; one tap of the mentor, the intern or a coordinator (P16)."""
    return move(placement, PlacementStatus.UNDER_WAY, actor=actor, arrived_at=now)


@transaction.atomic
def finish_placement(placement: Placement, *, actor: User, now: datetime) -> Placement:
    """The end of the internship. Raises `ReportsMissing` until intern and mentor have reported."""
    sent = set(
        placement.reports.filter(status__in=[ReportStatus.SENT, ReportStatus.ACCEPTED]).values_list(
            "author", flat=True
        )
    )
    if not {ReportAuthor.INTERN, ReportAuthor.MENTOR} <= sent:
        raise ReportsMissing
    return move(placement, PlacementStatus.FINISHED, actor=actor)


@transaction.atomic
def break_off_placement(
    placement: Placement, *, reason: str, actor: User | None, now: datetime
) -> Placement:
    """The internship does not go on; what was prepared stays on record (P13)."""
    return move(placement, PlacementStatus.BROKEN_OFF, actor=actor, break_off_reason=reason)


def issue_certificate(placement: Placement, *, actor: User, now: datetime) -> Certificate:
    """The certificate of completion as PDF, made once from the data (P14).

    Raises `NotFinished`. The document is set before the transaction begins.
    """
    existing = Certificate.objects.filter(placement=placement).first()
    if existing:
        return existing
    if placement.status != PlacementStatus.FINISHED:
        raise NotFinished
    number = f"WIN4UA/{placement.edition.year}/{placement.pk:04d}"
    content = pdf.render(
        "matching/certificate",
        _certificate_data(placement, number=number, now=now),
        language="pl",
        title="Zaświadczenie o ukończeniu stażu",
        edition=placement.edition.name,
    )
    return _keep_certificate(placement, content, number=number, actor=actor, now=now)


@transaction.atomic
def _keep_certificate(
    placement: Placement, content: bytes, *, number: str, actor: User, now: datetime
) -> Certificate:
    name = number.replace("/", "-")
    owner = f"placement:{placement.pk}"
    stored = uploads.keep_document(name, content, owner=owner, now=now)
    certificate, created = Certificate.objects.get_or_create(
        placement=placement,
        defaults={"number": number, "file": stored, "issued_by": actor, "issued_at": now},
    )
    if created:
        audit.record(action="matching.certificate.issued", target=certificate, actor=actor)
        emails.certificate(certificate, now=now)
    return certificate


def _dates(proposal: Proposal) -> tuple[date, date]:
    wanted = set(proposal.declaration.windows) & set(
        proposal.application.answers.get("terminy") or proposal.declaration.windows
    )
    window = (
        proposal.version.edition.windows.filter(code__in=wanted).order_by("starts_on", "pk").first()
    )
    if window is None:
        raise NoCommonDates
    return window.starts_on, window.ends_on


def _intern_account(application: InternApplication, *, now: datetime) -> User:
    return account_for(
        application.email,
        role=roles.INTERN,
        first_name=application.first_name,
        last_name=application.last_name,
        language=application.language or "uk",
        now=now,
    )


def _certificate_data(placement: Placement, *, number: str, now: datetime) -> dict:
    application = placement.application
    return {
        "number": number,
        "edition": placement.edition.name,
        "person_latin": f"{application.latin_first_name} {application.latin_last_name}",
        "person": f"{application.first_name} {application.last_name}",
        "hromada": application.hromada.name,
        "hromada_latin": application.hromada.name_for("pl"),
        "gmina": placement.declaration.survey.gmina.name,
        "mentor": placement.mentor.full_name,
        "from_pl": day(placement.starts_on, "pl"),
        "to_pl": day(placement.ends_on, "pl"),
        "from_uk": day(placement.starts_on, "uk"),
        "to_uk": day(placement.ends_on, "uk"),
        "issued_pl": day(day_in_warsaw(now), "pl"),
        "issued_uk": day(day_in_warsaw(now), "uk"),
    }
