"""Agreement, tranches, reports with documents, and the settlement to the grosz."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from core import audit, links, pdf, uploads
from core.formats import WARSAW, day, money
from core.models import StoredFile, User
from core.states import TransitionNotAllowed, hold, move
from grants import emails, rules
from grants.enums import (
    ProjectStatus,
    ReportKind,
    ReportStatus,
    Source,
    TrancheStatus,
)
from grants.models import (
    BudgetLine,
    GrantAgreement,
    GrantReport,
    ReportDocument,
    Settlement,
    SmallProject,
    Tranche,
)
from grants.selectors import paid_to
from grants.services.applying import locked
from grants.services.deciding import OwnWork

OPEN_REPORT = (ReportStatus.DRAFT, ReportStatus.RETURNED)
MONEY_FLOWS = (ProjectStatus.SIGNED, ProjectStatus.IN_PROGRESS, ProjectStatus.REPORTED)


class ReportNotAccepted(Exception):
    """The next step waits for an accepted report (G11)."""


class NoMoreRounds(Exception):
    """The report was returned as often as the edition allows."""


class PaymentUnderWay(Exception):
    """A tranche is proposed or approved and not paid yet."""


class DoubleDocument(Exception):
    """The document is already settled in this line of the project, in this report or another."""


@transaction.atomic
def agree_budget(project: SmallProject, *, actor: User, now: datetime) -> SmallProject:
    """Budget and scope are final before anything is signed."""
    return move(project, ProjectStatus.BUDGET_AGREED, actor=actor)


def make_agreement(project: SmallProject, *, actor: User, now: datetime) -> GrantAgreement:
    """The agreement as PDF from the data, with number, version and checksum (G6, G20).

    The document is set before the transaction begins.
    """
    existing = GrantAgreement.objects.filter(project=project).first()
    if existing:
        return existing
    if project.status != ProjectStatus.BUDGET_AGREED:
        raise TransitionNotAllowed(project, ProjectStatus.BUDGET_AGREED)
    number = f"{project.number}/U"
    content = pdf.render(
        "grants/agreement",
        _agreement_data(project, number=number),
        language="pl",
        title="Umowa o dofinansowanie małego projektu",
        edition=project.call.edition.name,
    )
    return _keep_agreement(project, content, number=number, actor=actor, now=now)


@transaction.atomic
def _keep_agreement(
    project: SmallProject, content: bytes, *, number: str, actor: User, now: datetime
) -> GrantAgreement:
    name = number.replace("/", "-")
    stored = uploads.keep_document(name, content, owner=f"project:{project.pk}", now=now)
    agreement, created = GrantAgreement.objects.get_or_create(
        project=project,
        defaults={"number": number, "file": stored, "sha256": stored.sha256, "made_at": now},
    )
    if created:
        audit.record(action="grants.grantagreement.made", target=agreement, actor=actor)
    return agreement


@transaction.atomic
def sign_agreement(
    agreement: GrantAgreement,
    *,
    signed_on: date,
    actor: User,
    now: datetime,
    scan: StoredFile | None = None,
) -> GrantAgreement:
    """Both sides have signed; the tranches are planned from the percentages of the edition."""
    project = agreement.project
    if project.awarded_amount is None:
        raise TransitionNotAllowed(project, ProjectStatus.SIGNED)
    parts = rules.split(
        project.awarded_amount, [Decimal(part) for part in project.call.edition.tranches]
    )
    move(project, ProjectStatus.SIGNED, actor=actor, tranches_sum=sum(parts, Decimal(0)))
    for number, amount in enumerate(parts, start=1):
        Tranche.objects.create(project=project, number=number, amount=amount)
    agreement.signed_on, agreement.signed_scan = signed_on, scan
    agreement.save(update_fields=["signed_on", "signed_scan"])
    audit.record(action="grants.grantagreement.signed", target=agreement, actor=actor)
    return agreement


@transaction.atomic
def propose_tranche(tranche: Tranche, *, actor: User, now: datetime) -> Tranche:
    """Propose a payment. Every tranche after the first waits for an accepted report (G11)."""
    if locked(tranche.project).status not in MONEY_FLOWS:
        raise TransitionNotAllowed(tranche, TrancheStatus.PROPOSED)
    earlier = tranche.project.tranches.filter(number__lt=tranche.number)
    if earlier.exclude(status=TrancheStatus.PAID).exists():
        raise ReportNotAccepted
    if tranche.number > 1 and not _has_accepted_report(tranche):
        raise ReportNotAccepted
    return move(tranche, TrancheStatus.PROPOSED, actor=actor, proposed_by=actor)


@transaction.atomic
def approve_tranche(tranche: Tranche, *, actor: User, now: datetime) -> Tranche:
    """A second person approves the payment (P24). Raises `OwnWork`."""
    if tranche.proposed_by_id == actor.pk:
        raise OwnWork
    return move(tranche, TrancheStatus.APPROVED, actor=actor, approved_by=actor)


@transaction.atomic
def pay_tranche(tranche: Tranche, *, paid_on: date, actor: User, now: datetime) -> Tranche:
    """The bank has paid; the first payment starts the project."""
    hold(tranche.project)
    tranche.project.refresh_from_db(fields=["status"])
    move(tranche, TrancheStatus.PAID, actor=actor, now=now, paid_on=paid_on)
    if tranche.project.status == ProjectStatus.SIGNED:
        move(tranche.project, ProjectStatus.IN_PROGRESS, actor=actor)
    emails.tranche_paid(tranche, now=now)
    return tranche


@transaction.atomic
def open_report(
    project: SmallProject, *, kind: ReportKind, actor: User, now: datetime
) -> GrantReport:
    """Ask the hromada for a report; the letter with the link waits in the outbox.

    The final report is due some days after the end of the project, an interim one after the asking.
    """
    project = locked(project)
    if project.status != ProjectStatus.IN_PROGRESS:
        raise TransitionNotAllowed(project, ProjectStatus.IN_PROGRESS)
    ended_on = project.ends_on if kind == ReportKind.FINAL else None
    due_on = (ended_on or _today(now)) + timedelta(days=project.call.edition.report_days)
    report, created = GrantReport.objects.get_or_create(
        project=project, kind=kind, defaults={"due_on": due_on}
    )
    if created:
        token = links.create(
            purpose="report",
            target=report,
            email=project.email,
            expires_at=None,
            actor=actor,
            now=now,
        )
        audit.record(action="grants.grantreport.asked", target=report, actor=actor)
        emails.report_request(report, token=token, now=now)
    return report


@transaction.atomic
def add_document(
    report: GrantReport,
    *,
    line: BudgetLine,
    answers: Mapping,
    now: datetime,
    actor: User | None = None,
) -> ReportDocument:
    """Tie a document to a budget line; its worth in zlotys is computed once and kept (G13, G19).

    `answers`: number, issued_on, seller, seller_tax_id, description, currency, amount, rate,
    rate_on, rate_table, source, paid_on and optionally scan. Raises `DoubleDocument`,
    `ValidationError`, and `TransitionNotAllowed` when the report is already sent.
    """
    report = _open_report(report, to=ReportStatus.SENT)
    twins = ReportDocument.objects.filter(
        report__project=report.project,
        line=line,
        source=answers["source"],
        number__iexact=answers["number"],
        seller__iexact=answers["seller"],
    )
    if twins.exists():
        raise DoubleDocument
    document = ReportDocument(
        report=report,
        line=line,
        amount_pln=rules.in_zloty(answers["amount"], answers["rate"]),
        **answers,
    )
    document.full_clean()
    document.save()
    audit.record(action="grants.reportdocument.added", target=document, actor=actor)
    return document


@transaction.atomic
def remove_document(document: ReportDocument, *, now: datetime, actor: User | None = None) -> None:
    """Take a document out of a report that is not sent."""
    _open_report(document.report, to=ReportStatus.SENT)
    audit.record(
        action="grants.reportdocument.removed",
        target=document.report,
        actor=actor,
        document=document.pk,
    )
    document.delete()


@transaction.atomic
def send_report(
    report: GrantReport, *, narrative: str, now: datetime, actor: User | None = None
) -> GrantReport:
    """The hromada hands the report in."""
    move(report, ReportStatus.SENT, actor=actor, narrative=narrative, sent_at=now, remark="")
    if report.kind == ReportKind.FINAL:
        move(report.project, ProjectStatus.REPORTED, actor=actor)
    emails.report_receipt(report, now=now)
    return report


@transaction.atomic
def return_report(report: GrantReport, *, remark: str, actor: User, now: datetime) -> GrantReport:
    """Send the report back with remarks and a new day, as often as the edition allows (G12)."""
    hold(report)
    if report.rounds >= report.project.call.edition.report_correction_rounds:
        raise NoMoreRounds
    links.revoke(target=report, now=now, actor=actor)
    due_on = _today(now) + timedelta(days=report.project.call.edition.report_correction_days)
    rounds = report.rounds + 1
    move(report, ReportStatus.RETURNED, actor=actor, remark=remark, rounds=rounds, due_on=due_on)
    if report.kind == ReportKind.FINAL:
        move(report.project, ProjectStatus.CORRECTING, actor=actor)
    token = links.create(
        purpose="report",
        target=report,
        email=report.project.email,
        expires_at=None,
        actor=actor,
        now=now,
    )
    emails.report_returned(report, token=token, now=now)
    return report


@transaction.atomic
def accept_report(report: GrantReport, *, actor: User, now: datetime) -> GrantReport:
    """A coordinator accepts the report."""
    return move(report, ReportStatus.ACCEPTED, actor=actor, accepted_at=now)


@transaction.atomic
def settle_project(project: SmallProject, *, actor: User, now: datetime) -> Settlement:
    """Paid equals accepted plus returned, to the grosz.

    Needs an accepted final report (else `ReportNotAccepted`) and no payment under way (else
    `PaymentUnderWay`).
    """
    project = locked(project)
    final = project.reports.filter(kind=ReportKind.FINAL, status=ReportStatus.ACCEPTED).first()
    if final is None:
        raise ReportNotAccepted
    under_way = [TrancheStatus.PROPOSED, TrancheStatus.APPROVED]
    if project.tranches.filter(status__in=under_way).exists():
        raise PaymentUnderWay
    move(project, ProjectStatus.SETTLED, actor=actor)
    edition = project.call.edition
    balance = rules.settle(
        paid=paid_to(project),
        budget={line.position: line.grant for line in project.lines.order_by("position")},
        documents=_documents(project),
        shift_percent=edition.reallocation_max_percent,
    )
    settlement = Settlement.objects.create(
        project=project,
        paid=balance.paid,
        accepted=balance.accepted,
        returned=balance.unused,
        own=balance.own,
        return_due_on=_today(now) + timedelta(days=edition.return_days) if balance.unused else None,
        settled_by=actor,
        settled_at=now,
    )
    emails.settled(settlement, now=now)
    return settlement


@transaction.atomic
def close_project(project: SmallProject, *, actor: User, now: datetime) -> SmallProject:
    """Nothing is open any more; the file goes to the archive."""
    return move(project, ProjectStatus.CLOSED, actor=actor)


def _today(now: datetime) -> date:
    return now.astimezone(WARSAW).date()


def _open_report(report: GrantReport, *, to: ReportStatus) -> GrantReport:
    found = (
        GrantReport.objects.select_for_update(of=("self",))
        .select_related("project__call__edition")
        .get(pk=report.pk)
    )
    if found.status not in OPEN_REPORT:
        raise TransitionNotAllowed(found, to)
    return found


def _has_accepted_report(tranche: Tranche) -> bool:
    """The last tranche of two waits for the final report, one between for the interim report."""
    is_last = not tranche.project.tranches.filter(number__gt=tranche.number).exists()
    kind = ReportKind.FINAL if is_last else ReportKind.INTERIM
    return tranche.project.reports.filter(kind=kind, status=ReportStatus.ACCEPTED).exists()


def _documents(project: SmallProject) -> list[rules.Document]:
    rows = ReportDocument.objects.filter(report__project=project).select_related("line")
    return [
        rules.Document(
            line=row.line.position, amount=row.amount_pln, is_grant=row.source == Source.GRANT
        )
        for row in rows.order_by("pk")
    ]


def _agreement_data(project: SmallProject, *, number: str) -> dict:
    edition, currency = project.call.edition, project.call.currency
    amount, starts_on, ends_on = project.awarded_amount, project.starts_on, project.ends_on
    if amount is None or starts_on is None or ends_on is None:
        raise TransitionNotAllowed(project, ProjectStatus.BUDGET_AGREED)
    percents = [Decimal(part) for part in edition.tranches]
    tranches = zip(percents, rules.split(amount, percents), strict=True)
    lines = project.lines.select_related("category").order_by("position", "pk")
    return {
        "number": number,
        "edition": edition.name,
        "title": project.title,
        "applicant": project.organisation.name,
        "edrpou": project.organisation.edrpou or "–",
        "hromada": project.hromada.name,
        "partner": project.host.name,
        "amount": money(amount, currency, "pl"),
        "from": day(starts_on, "pl"),
        "to": day(ends_on, "pl"),
        "lines": [
            {
                "position": str(line.position),
                "category": line.category.name_pl,
                "description": line.description,
                "total": money(line.total, currency, "pl"),
                "grant": money(line.grant, currency, "pl"),
            }
            for line in lines
        ],
        "total": money(sum((line.total for line in lines), Decimal(0)), currency, "pl"),
        "tranches": [f"{part} %: {money(share, currency, 'pl')}" for part, share in tranches],
        "report_days": str(edition.report_days),
        "return_days": str(edition.return_days),
        "shift": f"{edition.reallocation_max_percent.normalize():f}".replace(".", ","),
        "years": str(edition.retention_grant_years),
    }
