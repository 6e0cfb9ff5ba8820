"""The numbers of the coordinators' home page: a table of what is counted and what it opens (X6).

A new number is one line of `OURS` or `THEIRS`; rows of a new kind are one line of `EDITION_OF`
when they are counted by status, or of `waiting_rows` when they are counted whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import (
    APPLICATION_CORRECT,
    APPLICATION_SELECTED,
    APPLICATION_SENT,
    SURVEY_SENT,
    ApplicationStatus,
    SurveyStatus,
    TakeOverStatus,
)
from applications.models import HostInvitation, HostSurvey, InternApplication, TakeOverRequest
from core import formats
from core.stages import Stage
from grants.enums import ProjectStatus, TrancheStatus
from grants.models import BoardDecision, SmallProject, Tranche
from mailing import selectors
from mailing.enums import MailingStatus
from mailing.models import Letter, Mailing, Reply
from matching.enums import PLACEMENT_KEPT, ProposalStatus, ReportStatus
from matching.models import InternshipReport, Placement, Proposal
from meetings.enums import SESSION_CHOSEN, ChoiceStatus, DeclarationStatus
from meetings.models import Declaration, SessionChoice
from programme.models import Edition, Gmina

WHOLE = frozenset({""})  # the "status" of rows that are counted whole

# Whose rows are counted by status, and how each of them names its edition.
EDITION_OF: dict[type[Model], str] = {
    HostSurvey: "edition",
    SessionChoice: "survey__edition",
    Declaration: "survey__edition",
    InternApplication: "edition",
    Proposal: "version__edition",
    Placement: "edition",
    InternshipReport: "placement__edition",
    SmallProject: "call__edition",
    Letter: "",
    Mailing: "",
}


def waiting_rows(edition: Edition, now: datetime) -> dict[str, QuerySet]:
    """Rows that are counted whole, by the name that the lines below use."""
    of_project = {"project__call__edition": edition}
    overdue = {"status": TakeOverStatus.ASKED, "due_on__lt": formats.day_in_warsaw(now)}
    return {
        "invited": HostInvitation.objects.filter(edition=edition),
        "typed_gminas": Gmina.objects.to_be_verified(),
        "take_overs": TakeOverRequest.objects.filter(survey__edition=edition, **overdue),
        "replies": Reply.objects.waiting(),
        "lost_letters": selectors.lost(),
        "decisions": BoardDecision.objects.filter(approved_by=None, **of_project),
        "tranches": Tranche.objects.filter(status=TrancheStatus.PROPOSED, **of_project),
    }


@dataclass(frozen=True)
class Number:
    """One line of the home page: its words, the rows that it counts, the list that it opens.

    Who may not open the list is not shown the number: every number opens into its rows.
    """

    label: str
    counted: tuple[str, ...]
    statuses: frozenset[str]
    address: Callable[[Edition], str]
    permission: str


def of_status(label: str, model: type[Model], status: str) -> Number:
    """Rows of one status; opens their list with that filter."""
    address = _list_of(model, status__exact=status)
    counted = (model._meta.model_name or "",)
    return Number(label, counted, frozenset({status}), address, _sees(model))


def of_stage(model: type[Model], stage: Stage) -> Number:
    """Whoever has come at least so far; opens their list with that stage."""
    address = _list_of(model, stage=stage.key)
    counted = (model._meta.model_name or "",)
    return Number(stage.label, counted, stage.statuses, address, _sees(model))


def whole(label: str, *counted: str, opens: Callable[[Edition], str], to: str) -> Number:
    """Rows that `waiting_rows` names, all of them; `to` is the permission that opens the page."""
    return Number(label, counted, WHOLE, opens, to)


def after_closing(label: str, counted: str, section: str) -> Number:
    """A number of the page of what comes after the deadline (`AfterCounts`)."""
    address = _page("applications_host_after", section)
    return Number(label, (counted,), WHOLE, address, "applications.read_host_drafts")


def _sees(model: type[Model]) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def _list_of(model: type[Model], **query: str) -> Callable[[Edition], str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return lambda edition: f"{reverse(name)}?{urlencode({'edition': edition.year, **query})}"


def _page(name: str, section: str) -> Callable[[Edition], str]:
    return lambda edition: f"{reverse(f'admin:{name}')}?edition={edition.year}#{section}"


def _unlisted(_edition: Edition) -> str:
    return reverse("admin:applications_unlisted")


def _call(edition: Edition) -> str:
    return reverse("admin:grants_call", args=[edition.pk])


def _drafts(_edition: Edition) -> str:
    return f"{reverse('admin:mailing_outbox')}?shelf=drafts"


def _lost(_edition: Edition) -> str:
    return f"{reverse('admin:mailing_outbox')}?shelf={selectors.WAITS_FOR_US}"


def _mailings(status: str) -> str:
    return f"{reverse('admin:mailing_mailing_changelist')}?{urlencode({'status__exact': status})}"


def _replies(_edition: Edition) -> str:
    return f"{reverse('admin:mailing_reply_changelist')}?heap=waiting"


def of_mailings(label: str, status: MailingStatus) -> Number:
    """Mailings of one status; they belong to no edition."""
    return Number(
        label, ("mailing",), frozenset({status}), lambda _edition: _mailings(status), _sees(Mailing)
    )


OURS = [
    of_status(_("surveys to decide"), HostSurvey, SurveyStatus.SUBMITTED),
    of_status(_("exceptions to approve"), HostSurvey, SurveyStatus.EXCEPTION),
    of_status(_("possible duplicates"), HostSurvey, SurveyStatus.DUPLICATE),
    whole(
        _("gminas to verify"),
        "typed_gminas",
        opens=_unlisted,
        to="applications.verify_municipalities",
    ),
    after_closing(_("late drafts"), "late_drafts", "szkice"),
    after_closing(_("returned, overdue"), "overdue", "zwroty"),
    # Nobody answered in time: a coordinator decides who goes on with the survey (A22).
    whole(
        _("requests to take over a survey"),
        "take_overs",
        opens=_list_of(TakeOverRequest, waits="us"),
        to=_sees(TakeOverRequest),
    ),
    of_status(_("declarations to check"), Declaration, DeclarationStatus.SENT),
    of_status(_("applications to check"), InternApplication, ApplicationStatus.HEAD_CONFIRMED),
    of_status(_("interviews to hold"), InternApplication, ApplicationStatus.EVALUATED),
    of_status(_("pairs declined"), Proposal, ProposalStatus.DECLINED),
    of_status(_("reports to read"), InternshipReport, ReportStatus.SENT),
    of_status(_("projects to check"), SmallProject, ProjectStatus.SUBMITTED),
    whole(
        _("decisions and tranches to approve"),
        "decisions",
        "tranches",
        opens=_call,
        to="grants.view_grantcall",
    ),
    whole(_("replies to our letters"), "replies", opens=_replies, to=_sees(Reply)),
    whole(_("letters that did not arrive"), "lost_letters", opens=_lost, to=_sees(Letter)),
    Number(
        _("drafts in the outbox"),
        ("letter",),
        frozenset({Letter.Status.DRAFT}),
        _drafts,
        _sees(Letter),
    ),
    of_mailings(_("mailings to approve"), MailingStatus.PROPOSED),
    of_mailings(_("mailings that are paused"), MailingStatus.PAUSED),
]
THEIRS = [
    of_status(_("surveys begun and not sent"), HostSurvey, SurveyStatus.DRAFT),
    after_closing(_("returned for correction"), "returned", "zwroty"),
    after_closing(_("late codes used"), "code_uses", "kody"),
    of_status(_("no session chosen yet"), SessionChoice, ChoiceStatus.INVITED),
    of_status(_("declarations not sent yet"), Declaration, DeclarationStatus.ASKED),
    of_status(_("heads to confirm"), InternApplication, ApplicationStatus.SUBMITTED),
    of_status(_("in evaluation"), InternApplication, ApplicationStatus.FORMALLY_CORRECT),
    of_status(_("pairs to answer"), Proposal, ProposalStatus.PUBLISHED),
]
HOSTS = [
    whole(
        _("Links to the survey"),
        "invited",
        opens=_list_of(HostInvitation),
        to=_sees(HostInvitation),
    ),
    of_stage(HostSurvey, SURVEY_SENT),
    of_status(_("Eligible"), HostSurvey, SurveyStatus.ELIGIBLE),
    of_stage(SessionChoice, SESSION_CHOSEN),
    of_status(_("Present"), SessionChoice, ChoiceStatus.PRESENT),
    of_status(_("Declaration accepted"), Declaration, DeclarationStatus.ACCEPTED),
    of_stage(Placement, PLACEMENT_KEPT),
]
INTERNS = [
    of_stage(InternApplication, APPLICATION_SENT),
    of_stage(InternApplication, APPLICATION_CORRECT),
    of_stage(InternApplication, APPLICATION_SELECTED),
    of_status(_("Ready to travel"), InternApplication, ApplicationStatus.READY),
    of_stage(Placement, PLACEMENT_KEPT),
]

# Pages of the edition that stand below its calendar: words, address, the permission to open them.
PAGES = [
    (
        _("Invite to the information sessions"),
        "admin:meetings_invite",
        "meetings.change_sessionchoice",
    ),
    (_("Matching board"), "admin:matching_board", "matching.view_matchversion"),
    (_("Small projects"), "admin:grants_call", "grants.view_grantcall"),
]
