"""The call opens, a hromada writes its project, and its Polish partner confirms."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from core import audit, links
from core.models import User
from core.states import TransitionNotAllowed, move
from grants import emails, rules
from grants.enums import ProjectStatus
from grants.models import BudgetLine, GrantCall, PartnerConfirmation, SmallProject
from grants.selectors import awaiting_invitation, budget_of, limits_of
from matching.models import Placement
from programme.models import Edition
from programme.services import organisation_for_hromada

WORDS = (
    "title",
    "summary",
    "need",
    "learned",
    "actions",
    "partner_role",
    "risks",
    "lasting",
    "starts_on",
    "ends_on",
)


class BudgetRefused(Exception):
    """The budget or the period breaks limits of the call; `breaches` names each of them."""

    def __init__(self, breaches: Sequence[rules.Breach]):
        self.breaches = tuple(breaches)
        super().__init__(", ".join(breach.code for breach in breaches))


class NotComplete(Exception):
    """Required words are missing; `fields` names them."""

    def __init__(self, fields: Sequence[str]):
        self.fields = tuple(fields)
        super().__init__(", ".join(fields))


class TooLate(Exception):
    """The deadline of the call, or of the correction, has passed."""


class ChangedMeanwhile(Exception):
    """The application is no longer what the partner has read."""


class CallNotReady(Exception):
    """The edition lacks a date of the call, or the call would close before it opens."""


@transaction.atomic
def open_call(edition: Edition, *, actor: User, now: datetime) -> GrantCall:
    """Open the call with the rules that the edition has now; later changes do not touch it.

    Raises `CallNotReady`.
    """
    closes_at, starts_on, ends_on = (
        edition.grant_closes_at,
        edition.grant_starts_on,
        edition.grant_ends_on,
    )
    if closes_at is None or starts_on is None or ends_on is None or closes_at <= now:
        raise CallNotReady
    call, created = GrantCall.objects.get_or_create(
        edition=edition,
        defaults={
            "opened_at": now,
            "closes_at": closes_at,
            "pool": edition.grant_pool,
            "grant_count": edition.grant_count,
            "grant_min": edition.grant_min,
            "grant_max": edition.grant_max,
            "currency": edition.grant_currency,
            "starts_on": starts_on,
            "ends_on": ends_on,
        },
    )
    if created:
        audit.record(action="grants.grantcall.opened", target=call, actor=actor)
    return call


@transaction.atomic
def start_project(
    call: GrantCall, *, placement: Placement, email: str, actor: User, now: datetime
) -> SmallProject:
    """Invite the hromada of a finished internship; the pair is filled in already (G17).

    The letter with the personal link waits in the outbox. Asking twice invites once.
    """
    project, created = SmallProject.objects.get_or_create(
        placement=placement,
        defaults={
            "call": call,
            "hromada": placement.application.hromada,
            "organisation": placement.application.organisation
            or organisation_for_hromada(placement.application.hromada),
            "host": placement.declaration.survey.organisation,
            "email": email,
            "starts_on": call.starts_on,
            "ends_on": call.ends_on,
            "title": str(placement.application.answers.get("ideia_nazva") or "")[:150],
            "started_at": now,
        },
    )
    if created:
        token = links.create(
            purpose="project",
            target=project,
            email=email,
            expires_at=None,
            actor=actor,
            now=now,
        )
        audit.record(action="grants.smallproject.invited", target=project, actor=actor)
        emails.invitation(project, token=token, now=now)
    return project


@transaction.atomic
def invite_all(call: GrantCall, *, actor: User, now: datetime) -> list[SmallProject]:
    """Invite every hromada of a finished internship once, by its first internship."""
    first: dict[int, Placement] = {}
    for placement in awaiting_invitation(call):
        first.setdefault(placement.application.hromada_id, placement)
    return [
        start_project(
            call,
            placement=placement,
            email=placement.application.head_email or placement.application.email,
            actor=actor,
            now=now,
        )
        for placement in first.values()
    ]


@transaction.atomic
def save_words(
    project: SmallProject, *, answers: Mapping, now: datetime, actor: User | None = None
) -> SmallProject:
    """Keep a page of the application. A change after the partner's yes takes that yes back (G9)."""
    project = _open(project)
    changed = [
        name for name in WORDS if name in answers and getattr(project, name) != answers[name]
    ]
    for name in changed:
        setattr(project, name, answers[name])
    if changed:
        project.save(update_fields=changed)
        _withdraw_confirmation(project, because=", ".join(changed), now=now)
        audit.record(
            action="grants.smallproject.saved", target=project, actor=actor, fields=changed
        )
    return project


@transaction.atomic
def save_lines(
    project: SmallProject, *, lines: Sequence[Mapping], now: datetime, actor: User | None = None
) -> list[BudgetLine]:
    """Replace the budget. Each line: category, description, unit, quantity, unit_price, grant.

    Totals are computed by the database, never typed (G3).
    """
    project = _open(project)
    project.lines.all().delete()
    made = [
        BudgetLine.objects.create(project=project, position=position, **line)
        for position, line in enumerate(lines, start=1)
    ]
    _budget_changed(project, now=now, actor=actor)
    return made


@transaction.atomic
def add_line(
    project: SmallProject, *, line: Mapping, now: datetime, actor: User | None = None
) -> BudgetLine:
    """Put one more line at the end of the budget; its keys are those of `save_lines`."""
    project = _open(project)
    made = BudgetLine.objects.create(project=project, position=project.lines.count() + 1, **line)
    _budget_changed(project, now=now, actor=actor)
    return made


@transaction.atomic
def change_line(
    line: BudgetLine, *, changes: Mapping, now: datetime, actor: User | None = None
) -> BudgetLine:
    """Change one line of the budget; its place stays."""
    project = _open(line.project)
    for name, value in changes.items():
        setattr(line, name, value)
    line.save(update_fields=list(changes))
    _budget_changed(project, now=now, actor=actor)
    return line


@transaction.atomic
def remove_line(line: BudgetLine, *, now: datetime, actor: User | None = None) -> None:
    """Take one line out; those below it move up."""
    project = _open(line.project)
    line.delete()
    for below in project.lines.filter(position__gt=line.position).order_by("position"):
        below.position -= 1
        below.save(update_fields=["position"])
    _budget_changed(project, now=now, actor=actor)


@transaction.atomic
def submit_project(
    project: SmallProject, *, now: datetime, actor: User | None = None
) -> SmallProject:
    """Hand the application in, and ask the partner.

    Raises `NotComplete`, `BudgetRefused`, `TooLate` (minutes of grace of the edition included).
    """
    project = _open(project)
    grace = timedelta(minutes=project.call.edition.grace_minutes)
    if now > (project.correct_by_at or project.call.closes_at) + grace:
        raise TooLate
    starts_on, ends_on = project.starts_on, project.ends_on
    missing = [name for name in WORDS if not getattr(project, name)]
    if missing or starts_on is None or ends_on is None:
        raise NotComplete(missing)
    breaches = rules.judge_budget(
        budget_of(project),
        limits_of(project.call),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    if breaches:
        raise BudgetRefused(breaches)
    move(
        project,
        ProjectStatus.SUBMITTED,
        actor=actor,
        submitted_at=now,
        number=project.number or f"WIN4UA-G-{project.call.edition.year}-{project.pk:04d}",
        correction_note="",
        correct_by_at=None,
    )
    emails.receipt(project, now=now)
    if not has_valid_confirmation(project):
        _ask_partner(project, actor=actor, now=now)
    return project


@transaction.atomic
def answer_as_partner(
    project: SmallProject,
    *,
    agrees: bool,
    remark: str,
    email: str,
    now: datetime,
    has_read: str = "",
) -> PartnerConfirmation:
    """The Polish partner confirms exactly what stands there now, or refuses with a reason.

    `has_read` is the fingerprint of what was on the page. Raises `ChangedMeanwhile`, and
    `TransitionNotAllowed` when the application is not before the formal check.
    """
    project = locked(project)
    if project.status != ProjectStatus.SUBMITTED:
        raise TransitionNotAllowed(project, project.status)
    if has_read and has_read != fingerprint(project):
        raise ChangedMeanwhile
    project.confirmations.filter(withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_because="answered again"
    )
    answer = PartnerConfirmation.objects.create(
        project=project,
        fingerprint=fingerprint(project),
        email=email,
        role_confirmed=remark,
        is_confirmed=agrees,
        answered_at=now,
    )
    deed = "confirmed" if agrees else "refused"
    audit.record(action=f"grants.smallproject.partner_{deed}", target=project)
    emails.partner_answered(project, agrees=agrees, remark=remark, now=now)
    return answer


def fingerprint(project: SmallProject) -> str:
    """SHA-256 of the words and the budget, to know what a partner said yes to."""
    content = {
        "words": [str(getattr(project, name)) for name in WORDS],
        "lines": [
            [line.category_id, line.description, line.unit]
            + [str(amount.quantize(Decimal("0.01"))) for amount in _amounts(line)]
            for line in project.lines.order_by("position")
        ],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def has_valid_confirmation(project: SmallProject) -> bool:
    """Whether the partner said yes to what stands there now."""
    answer = project.confirmations.filter(withdrawn_at=None, is_confirmed=True).first()
    return answer is not None and answer.fingerprint == fingerprint(project)


def _amounts(line: BudgetLine) -> tuple[Decimal, Decimal, Decimal]:
    return line.quantity, line.unit_price, line.grant


def locked(project: SmallProject) -> SmallProject:
    """The project as it is now, held until the transaction ends."""
    return SmallProject.objects.select_for_update(of=("self",)).for_table().get(pk=project.pk)


def _open(project: SmallProject) -> SmallProject:
    project = locked(project)
    if not project.is_open_for_applicant:
        raise TransitionNotAllowed(project, project.status)
    return project


def _budget_changed(project: SmallProject, *, now: datetime, actor: User | None) -> None:
    _withdraw_confirmation(project, because="budget", now=now)
    audit.record(
        action="grants.smallproject.budget_saved",
        target=project,
        actor=actor,
        lines=project.lines.count(),
    )


def _withdraw_confirmation(project: SmallProject, *, because: str, now: datetime) -> None:
    if project.confirmations.filter(withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_because=because[:200]
    ):
        audit.record(
            action="grants.smallproject.confirmation_withdrawn", target=project, because=because
        )


def _ask_partner(project: SmallProject, *, actor: User | None, now: datetime) -> None:
    contact = project.placement.declaration.survey.addressee
    links.revoke(target=project, purpose="project.partner", actor=actor, now=now)
    token = links.create(
        purpose="project.partner",
        target=project,
        email=contact.email,
        expires_at=None,
        actor=actor,
        now=now,
    )
    emails.partner_request(project, token=token, now=now)
