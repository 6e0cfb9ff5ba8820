"""What a personal link to the survey opens, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language

from applications import answer_sheet, survey_plan
from applications.forms.extra_questions import page_form
from applications.forms.host_fields import SurveyPage
from applications.models import HostInvitation, HostSurvey, LateDraft
from applications.selectors.host import (
    SurveyContext,
    survey_context,
    survey_of_invitation,
)
from applications.selectors.host_closing import Closing, closing_of
from applications.selectors.host_doors import opened_by_link
from applications.services import host as services
from applications.services import host_colleagues
from applications.services.late_drafts import unsettled
from applications.views import host_trust, host_waiting
from applications.views.host_trust import PURPOSE
from core import formats, links
from core.models import CapabilityLink
from programme.models import Edition, Gmina
from programme.public_pages import help_email

FIRST_PAGE = survey_plan.PAGES[0].slug


@dataclass(frozen=True)
class Door:
    """A link with what stands behind it. `survey` is None until a first page is saved."""

    link: CapabilityLink
    token: str
    edition: Edition
    gmina: Gmina
    invitation: HostInvitation | None
    survey: HostSurvey | None
    is_trusted: bool
    browser: str
    now: datetime
    closing: Closing
    has_questions: bool

    @property
    def is_anothers(self) -> bool:
        """A colleague with another invitation has begun; this link shows nothing of it (A12).

        Unless this address has been let in, or the survey was handed over to it (A15, A22).
        """
        return (
            self.survey is not None
            and self.invitation is not None
            and self.survey.invitation_id != self.invitation.pk
            and not self._is_let_in
        )

    @cached_property
    def _is_let_in(self) -> bool:
        return host_colleagues.is_colleague(self.survey, self.link.email)

    @property
    def is_in_charge(self) -> bool:
        """Whether the one who got this link holds the survey, and may let others in (A15)."""
        return self.survey is not None and host_colleagues.is_in_charge(
            self.survey, self.link.email
        )

    @property
    def is_sent(self) -> bool:
        """Whether the survey was sent at least once."""
        return self.survey is not None and self.survey.submitted_at is not None

    @property
    def is_returned(self) -> bool:
        """Whether staff wait for the answers to some questions only (A16)."""
        return self.closing.survey_return is not None

    @property
    def target(self) -> HostSurvey | HostInvitation:
        """What a page is saved to."""
        return self.survey or self.invitation

    @cached_property
    def late(self) -> LateDraft | None:
        """What came after the closing and was kept beside the survey."""
        if self.survey is None or not getattr(self.survey, "has_late_draft", True):
            return None
        return unsettled(self.survey)

    @property
    def answers(self) -> dict:
        """What has been written so far, what came late included."""
        if self.survey is None:
            return {}
        return self.late.answers if self.late else self.survey.draft_answers

    @property
    def may_exceed_limit(self) -> bool:
        """Staff let this municipality answer above the limit."""
        return self.target.may_exceed_limit

    @property
    def is_open(self) -> bool:
        """Whether answers may be changed, by the clock of the database."""
        return self.is_alive and self.closing.is_open(self.now)

    @property
    def is_known_open(self) -> bool:
        """Answers may be put into the draft as it was read: nothing came late, nothing is shut."""
        return self.is_open and self.late is None

    @property
    def is_alive(self) -> bool:
        """Whether the survey's life, apart from the calendar, still lets answers change."""
        return self.survey is None or self.survey.is_open_for_changes

    @property
    def may_begin(self) -> bool:
        """A survey is not begun in the minutes of grace."""
        return self.is_open and not self.closing.is_in_grace(self.now)

    def asks(self, page: survey_plan.Page) -> bool:
        """Whether the answers so far lead to this page."""
        return survey_plan.asks(page, self.answers)

    def form(self, page: survey_plan.Page, typed: QueryDict | None = None) -> SurveyPage:
        """The page's fields over the answers so far; bound to what was typed, if anything was."""
        return page_form(page)(typed, context=self.context(), answers=self.answers)

    def sections(self) -> list[answer_sheet.Section]:
        """All answers so far, to read."""
        return answer_sheet.sections(self.answers, self.context())

    @property
    def pages(self) -> tuple[survey_plan.Page, ...]:
        """The pages of the survey in this edition."""
        return self._context.pages

    def context(self) -> SurveyContext:
        """What the pages of the survey need."""
        return self._context

    @cached_property
    def _context(self) -> SurveyContext:
        return survey_context(
            self.edition,
            self.gmina,
            language=get_language() or "pl",
            now=self.now,
            may_exceed_limit=self.may_exceed_limit,
            email=self.link.email,
            has_questions=self.has_questions,
        )


def door_of(request: HttpRequest, link: CapabilityLink) -> Door:
    """Find what the link opens; its target is an invitation or a survey."""
    target = link.target
    is_survey = isinstance(target, HostSurvey)
    gmina = target.gmina if is_survey else target.organisation.gmina
    survey = target if is_survey else target.begun
    if survey is None and getattr(target, "is_surveyed", True):
        survey = survey_of_invitation(target)
    return Door(
        link=link,
        token=request.resolver_match.kwargs["token"],
        edition=target.edition,
        gmina=gmina,
        invitation=None if is_survey else target,
        survey=survey,
        is_trusted=host_trust.knows(request, link, survey, now=link.opened_at),
        browser=host_trust.browser_of(request, link),
        now=link.opened_at,
        closing=closing_of(target.edition, gmina, survey, let_in_until=target.let_in_until),
        has_questions=target.has_questions,
    )


def wants_json(request: HttpRequest) -> bool:
    """The page's script asks, not the browser itself."""
    return request.headers.get("Accept", "") == "application/json"


def lead_to(request: HttpRequest, address: str) -> HttpResponse:
    """Another page comes first; the script is told in a way that it can tell from success."""
    if wants_json(request):
        return JsonResponse({"goto": address}, status=401)
    return redirect(address)


def personal(view: Callable) -> Callable:
    """Decorator of pages behind a link that show or change answers.

    A browser that did not type them is sent to the code page, a new one to the start page
    (SEC-M1); what it posted meanwhile waits for the code and is kept then (FT-20).
    """

    @links.capability(PURPOSE, opened_by_link)
    @wraps(view)
    def opened(request: HttpRequest, link: CapabilityLink, **kwargs) -> HttpResponse:
        door = door_of(request, link)
        start = reverse("applications:survey", args=[door.token])
        if door.is_anothers:
            return lead_to(request, start)
        code = reverse("applications:survey_code", args=[door.token])
        if not door.is_trusted:
            host_waiting.keep(request, link, kwargs.get("page", ""))
            return lead_to(request, code if door.survey else start)
        if request.method == "POST":
            links.stay_trusted(request, link, now=door.now)
        try:
            return view(request, door, **kwargs)
        except services.BegunElsewhere:
            host_waiting.keep(request, link, kwargs.get("page", ""))
            return lead_to(request, code)
        except (services.BegunByColleague, services.SurveyClosed, services.SurveyLocked):
            return lead_to(request, start)

    return opened


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, also when it is empty; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _deadline(door: Door, language: str) -> str:
    """In Warsaw; in Kyiv as well where the deadline is what the page is about (FT-21)."""
    is_about_it = door.survey is None or not door.is_open
    words = formats.deadline_in_both if is_about_it else formats.deadline
    return words(door.closing.closes_at, language)


def page_context(door: Door, **more: object) -> dict[str, object]:
    """What every page behind the link shows: the municipality, and draft or sent (A2)."""
    language = get_language() or "pl"
    survey = door.survey
    return {
        "door": door,
        "token": door.token,
        "gmina": door.gmina,
        "edition": door.edition,
        "is_sent": door.is_sent,
        "has_unsent_changes": survey is not None and survey.has_unsent_changes,
        "number": survey.number if door.is_sent else "",
        "sent_at": formats.moment(survey.submitted_at, language) if door.is_sent else "",
        "deadline": _deadline(door, language),
        "grace_ends": formats.deadline(door.closing.shut_at, language)
        if door.is_alive and door.closing.is_in_grace(door.now)
        else "",
        "write_to": help_email(door.edition),
        **more,
    }
