"""The buttons on the record of a small project: what may happen next, and who may do it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin import Verb
from core.models import User
from grants.enums import ProjectStatus, ReportKind, ReportStatus, TrancheStatus
from grants.models import GrantReport, SmallProject, Tranche

MONEY_BACK = _("Be sure that the money to be returned is on our account.")
# (address, permission, label, method, is the main thing to do)
STEPS = {
    ProjectStatus.SUBMITTED: [
        ("accept", "change_smallproject", _("Formally correct"), "post", True),
        ("return", "change_smallproject", _("Return for correction"), "get", False),
        ("reject", "change_smallproject", _("Reject for a formal fault"), "get", False),
    ],
    ProjectStatus.TO_CORRECT: [
        ("reject", "change_smallproject", _("Reject for a formal fault"), "get", False),
    ],
    ProjectStatus.IN_EVALUATION: [
        ("assign", "add_projectevaluation", _("Assign evaluators"), "get", True),
    ],
    ProjectStatus.AWARDED: [
        ("agree_budget", "change_smallproject", _("The budget is agreed"), "post", True),
    ],
    ProjectStatus.BUDGET_AGREED: [
        ("agreement", "add_grantagreement", _("Make the agreement"), "post", True),
    ],
}


def of_project(user: User, project: SmallProject) -> list[Verb]:
    """Everything this person may do with this project now."""
    verbs = [
        Verb(label, reverse(f"admin:grants_{name}", args=[project.pk]), method, primary)
        for name, permission, label, method, primary in STEPS.get(project.status, [])
        if user.has_perm(f"grants.{permission}")
        and not (name == "return" and project.corrections_used)
    ]
    reports = list(project.reports.order_by("pk"))
    return [
        *verbs,
        *_agreement(user, project),
        *_asking(user, project, reports),
        *_reports(user, reports),
        *_tranches(user, project),
        *_ending(user, project, reports),
    ]


def _agreement(user: User, project: SmallProject) -> list[Verb]:
    found = getattr(project, "agreement", None)
    if found is None:
        return []
    download = reverse("admin:core_download_file", args=[found.file_id])
    verbs = [Verb(_("Agreement (PDF)"), download, method="get")]
    may_sign = user.has_perm("grants.add_grantagreement")
    if project.status == ProjectStatus.BUDGET_AGREED and may_sign:
        signed = reverse("admin:grants_signed", args=[found.pk])
        verbs.append(Verb(_("The agreement is signed"), signed, method="get"))
    return verbs


def _asking(user: User, project: SmallProject, reports: list[GrantReport]) -> list[Verb]:
    may_ask = user.has_perm("grants.change_grantreport")
    if project.status != ProjectStatus.IN_PROGRESS or not may_ask:
        return []
    labels = {
        ReportKind.INTERIM: _("Ask for the interim report"),
        ReportKind.FINAL: _("Ask for the final report"),
    }
    if len(project.call.edition.tranches) < 3:
        del labels[ReportKind.INTERIM]
    asked = {report.kind for report in reports}
    return [
        Verb(label, reverse("admin:grants_open_report", args=[project.pk, kind]), primary=True)
        for kind, label in labels.items()
        if kind not in asked
    ]


def _reports(user: User, reports: list[GrantReport]) -> list[Verb]:
    verbs = []
    for report in reports:
        if report.status != ReportStatus.SENT or not user.has_perm("grants.change_grantreport"):
            continue
        accept = reverse("admin:grants_accept_report", args=[report.pk])
        back = reverse("admin:grants_return_report", args=[report.pk])
        verbs.append(Verb(_("Accept the report"), accept, primary=True))
        verbs.append(Verb(_("Return the report"), back, method="get"))
    return verbs


def _tranches(user: User, project: SmallProject) -> list[Verb]:
    steps = {
        TrancheStatus.PLANNED: ("propose_tranche", _("Propose tranche %(number)s"), "post"),
        TrancheStatus.PROPOSED: ("approve_tranche", _("Approve tranche %(number)s"), "post"),
        TrancheStatus.APPROVED: ("pay_tranche", _("Tranche %(number)s is paid"), "get"),
    }
    verbs = []
    for tranche in project.tranches.order_by("number"):
        if tranche.status in steps and _may(user, tranche):
            name, label, method = steps[TrancheStatus(tranche.status)]
            address = reverse(f"admin:grants_{name}", args=[tranche.pk])
            verbs.append(Verb(label % {"number": tranche.number}, address, method))
            break
    return verbs


def _may(user: User, tranche: Tranche) -> bool:
    if tranche.project.status in (ProjectStatus.SETTLED, ProjectStatus.CLOSED):
        return False
    if tranche.status != TrancheStatus.PROPOSED:
        return user.has_perm("grants.change_tranche")
    return user.has_perm("grants.approve_tranche") and tranche.proposed_by_id != user.pk


def _ending(user: User, project: SmallProject, reports: list[GrantReport]) -> list[Verb]:
    is_accepted = any(
        report.kind == ReportKind.FINAL and report.status == ReportStatus.ACCEPTED
        for report in reports
    )
    if project.status == ProjectStatus.REPORTED and is_accepted:
        if user.has_perm("grants.add_settlement"):
            address = reverse("admin:grants_settle", args=[project.pk])
            return [Verb(_("Settle the project"), address)]
    elif project.status == ProjectStatus.SETTLED and user.has_perm("grants.change_smallproject"):
        confirm = MONEY_BACK if project.settlement.returned else ""
        address = reverse("admin:grants_close", args=[project.pk])
        return [Verb(_("Close the project"), address, primary=True, confirm=str(confirm))]
    return []
