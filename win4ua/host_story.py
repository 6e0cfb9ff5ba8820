"""The story of one host through all rooms, as its office reads it without an account (P17)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from applications import wording
from applications.eligibility import Reason
from applications.enums import DecisionKind, SurveyStatus
from applications.models import HostSurvey
from applications.next_step import HostStory, NextStep, StoryRow
from applications.selectors.host_closing import closing_of
from core import formats
from matching.enums import PlacementStatus, ProposalStatus, SideAnswer
from meetings.enums import ChoiceStatus, DeclarationStatus, MentorAnswer
from win4ua.host_case import Case, case_of, is_held

ENDS = ("accepted", "returned")
ABOUT_POPULATION = {Reason.POPULATION_OVER_LIMIT, Reason.POPULATION_UNKNOWN}


def story_of_host(survey: HostSurvey, *, now: datetime, language: str) -> HostStory:
    """The one next step of a municipality, and what has been, in the order of time."""
    with translation.override(language):
        case = case_of(survey, now=now, language=language)
        return HostStory(_step(case), list(_rows(case)))


# --- The next step: the latest room that knows anything says it.


def _step(case: Case) -> NextStep:
    for told in (_of_survey, _of_placement, _of_proposal, _of_declaration, _of_session):
        step = told(case)
        if step is not None:
            return step
    by_exception = case.decision is not None and case.decision.kind == DecisionKind.BY_EXCEPTION
    return _team(
        _("We are preparing the information sessions"),
        _("The municipality was admitted by exception. You will get a letter with dates to choose.")
        if by_exception
        else _(
            "The municipality meets the conditions. You will get a letter with dates to choose."
        ),
        **_first_session(case, _("The first session is planned for")),
    )


def _first_session(case: Case, label: str) -> dict[str, str]:
    """The day of the first session, while it is ahead: a day that has passed is no promise."""
    day = case.survey.edition.meetings_start_on
    is_ahead = day >= formats.day_in_warsaw(case.now)
    return {"by": case.day(day), "by_label": label} if is_ahead else {}


def _yours(title: str, text: str, **more) -> NextStep:
    return NextStep(title, text, _("your office"), is_yours=True, **more)


def _team(title: str, text: str, **more) -> NextStep:
    return NextStep(title, text, _("the programme team"), **more)


def _over(title: str, text: str, **more) -> NextStep:
    return NextStep(title, text, _("nobody: the case is closed"), is_open=False, **more)


def _of_survey(case: Case) -> NextStep | None:
    survey = case.survey
    status = survey.status
    if status == SurveyStatus.WITHDRAWN:
        return _over(_("The municipality has stepped back"), _("You need not do anything."))
    if status == SurveyStatus.MERGED:
        return _over(
            _("This survey has been joined with the other one of your municipality"),
            _("We write to the contact person of that survey."),
        )
    if status == SurveyStatus.DUPLICATE:
        return _team(
            _("We are comparing two surveys of your municipality"),
            _("We will join them into one and write to you. You need not do anything now."),
        )
    if status == SurveyStatus.RETURNED:
        closes_at = closing_of(survey.edition, survey.gmina, survey).closes_at
        return _yours(
            _("Please complete some answers"),
            _("Open the survey, correct the answers that we returned, and send it again."),
            by=case.moment(formats.last_minute(closes_at)),
            by_label=_("By"),
        )
    if status == SurveyStatus.EXCEPTION:
        return _team(
            _("We are considering an exception"),
            _("A second person decides, and we will write to you. You need not do anything now."),
        )
    if case.is_decision_held or status == SurveyStatus.SUBMITTED:
        text = _("We will write to you about the result. You need not do anything now.")
        if survey.has_unsent_changes:
            text = _("We look at the answers that were sent, and will write to you of the result.")
        return _team(
            _("We are checking the conditions"),
            text,
            **_first_session(case, _("Before the first information session, planned for")),
        )
    return _of_refusal(case) if status == SurveyStatus.INELIGIBLE else None


def _of_refusal(case: Case) -> NextStep:
    """ "Why not us?" in words that are true: the reasons and the figure of the decision (A21)."""
    decision = case.decision
    figures: list[tuple[str, str]] = []
    if decision is not None and ABOUT_POPULATION & {Reason(reason) for reason in decision.reasons}:
        figures = [
            (_("Number of inhabitants used"), wording.stored_figure_words(decision, case.language)),
            (_("Limit of this edition"), formats.number(decision.population_limit, case.language)),
        ]
    return _over(
        _("The municipality cannot be a host in this edition"),
        _("If something is not right here, or has changed, please answer our letter."),
        why=wording.reason_words(decision.reasons) if decision is not None else [],
        figures=figures,
    )


def _of_session(case: Case) -> NextStep | None:
    choice = case.choice
    if choice is None:
        return None
    status = choice.status
    if status == ChoiceStatus.INVITED:
        last = case.survey.edition.sessions.order_by("-starts_at").first()
        hours = timedelta(hours=case.survey.edition.session_choice_closes_hours)
        return _yours(
            _("Please choose the date of an information session"),
            _("Open the link in our letter with the dates, and choose one of them."),
            by=case.moment(last.starts_at - hours) if last else "",
            by_label=_("At the latest by") if last else "",
        )
    if status == ChoiceStatus.CHOSEN and choice.session.starts_at <= case.now:
        return _team(
            _("The information session is over"),
            _("We will write to you about the next steps. You need not do anything now."),
        )
    if status == ChoiceStatus.CHOSEN:
        return _yours(
            _("Please take part in the information session"),
            _("The address for joining is in the confirmation that we sent you."),
            by=case.moment(choice.session.starts_at),
            by_label=_("It begins"),
        )
    if status == ChoiceStatus.WAITING:
        return _team(
            _("You are on the waiting list for an information session"),
            _("We will write as soon as a place is free. You need not do anything now."),
        )
    if status == ChoiceStatus.NEITHER:
        return _team(
            _("Neither date suits you"),
            _("We will write to you about the next steps. You need not do anything now."),
        )
    if status in (ChoiceStatus.NO_ANSWER, ChoiceStatus.ABSENT):
        return _yours(
            _("You have not taken part in an information session"),
            _("If the municipality still wants to host an intern, please answer our letter."),
        )
    return _team(
        _("We are preparing the declaration of participation"),
        _("You will get a letter with a link to it. You need not do anything now."),
    )


def _of_declaration(case: Case) -> NextStep | None:
    declaration = case.declaration
    if declaration is None:
        return None
    due = case.survey.edition.declarations_close_at
    by = {
        "by": case.moment(formats.last_minute(due)) if due else "",
        "by_label": _("By") if due else "",
    }
    if declaration.status == DeclarationStatus.ASKED:
        return _yours(
            _("Please send the declaration of participation"),
            _("Open the link in our letter about the declaration."),
            **by,
        )
    is_back = declaration.status == DeclarationStatus.RETURNED
    if is_back and not is_held(declaration, "meetings/declaration_returned"):
        return _yours(
            _("Please correct the declaration of participation"),
            _("Open the link in our last letter about the declaration."),
            why=[declaration.return_reason] if declaration.return_reason else [],
            **by,
        )
    if declaration.status == DeclarationStatus.WITHDRAWN:
        return _over(_("The municipality has stepped back"), _("You need not do anything."))
    if declaration.mentor_answer == MentorAnswer.WAITING:
        return NextStep(
            _("The mentor is to confirm"),
            _("We have written to the person named in the declaration. She or he answers by link."),
            _("the mentor"),
        )
    if declaration.mentor_answer == MentorAnswer.REFUSED:
        return _yours(
            _("Please name another mentor"),
            _("The person named has refused. Please answer our letter about it."),
        )
    is_accepted = declaration.status == DeclarationStatus.ACCEPTED
    if is_accepted and not is_held(declaration, "meetings/declaration_accepted"):
        return _team(
            _("We are looking for an intern for your municipality"),
            _(
                "We compare what municipalities offer with what interns want to learn, and will "
                "write to you with a proposal. You need not do anything now."
            ),
        )
    return _team(
        _("We are checking the declaration of participation"),
        _("We will write to you about the result. You need not do anything now."),
    )


def _of_proposal(case: Case) -> NextStep | None:
    proposal = case.proposal
    if proposal is None or case.placement is not None:
        return None
    if proposal.status == ProposalStatus.PUBLISHED:
        by = {
            "by": case.moment(proposal.answer_by_at) if proposal.answer_by_at else "",
            "by_label": _("By") if proposal.answer_by_at else "",
        }
        if proposal.host_answer == SideAnswer.WAITING:
            return _yours(
                _("Please answer our proposal of an intern"),
                _("Open the link in our letter with the proposal, and accept or refuse it."),
                **by,
            )
        return NextStep(
            _("The intern is to answer"),
            _("You have answered. We will write to you as soon as both answers are there."),
            _("the intern"),
            **by,
        )
    return _team(
        _("We are looking for another intern for your municipality"),
        _("The last proposal did not come about. We will write to you with the next one."),
    )


def _of_placement(case: Case) -> NextStep | None:
    placement = case.placement
    if placement is None:
        return None
    days = f"{case.day(placement.starts_on)} \u2013 {case.day(placement.ends_on)}"
    if placement.status == PlacementStatus.PLANNED:
        return _yours(
            _("Please prepare the internship with the mentor"),
            _("The mentor plans the days together with the intern."),
            by=days,
            by_label=_("Days of the internship"),
        )
    if placement.status == PlacementStatus.UNDER_WAY:
        return NextStep(
            _("The internship is under way"),
            _("Questions of every day are answered by the mentor, others by the programme team."),
            _("the mentor and the intern"),
            by=days,
            by_label=_("Days of the internship"),
            is_yours=True,
        )
    if placement.status == PlacementStatus.BROKEN_OFF:
        return _team(
            _("The internship was broken off"),
            _("We will write to you about what follows. You need not do anything now."),
        )
    if case.project is not None:
        return NextStep(
            _("A small project with your municipality as partner"),
            _("State of the project: %(status)s.") % {"status": case.project_state},
            _("the hromada and the programme team"),
        )
    return _over(
        _("The internship is over"),
        _("Thank you. If the hromada prepares a small project with you, we will write to you."),
    )


# --- What has been, and what is planned.


def _rows(case: Case) -> Iterator[StoryRow]:
    survey, language = case.survey, case.language
    if survey.submitted_at:
        yield StoryRow(
            case.moment(survey.submitted_at), _("Survey sent"), survey.number or "", "good"
        )
    if case.decision is not None:
        refused = case.decision.kind == DecisionKind.INELIGIBLE
        yield StoryRow(
            case.moment(case.decision.decided_at),
            _("Decision on eligibility"),
            str(case.decision.get_kind_display()),
            "bad" if refused else "good",
        )
    yield from _meeting_rows(case)
    if case.proposal is not None and case.placement is None:
        yield StoryRow(
            "",
            _("Proposal of an intern"),
            str(case.proposal.get_status_display()),
        )
    if case.placement is not None:
        yield StoryRow(
            f"{case.day(case.placement.starts_on)} \u2013 {case.day(case.placement.ends_on)}",
            _("Internship"),
            f"{case.placement.application.hromada.name}: {case.placement.get_status_display()}",
        )
    if case.project is not None:
        yield StoryRow(
            case.moment(case.project.submitted_at),
            _("Small project"),
            f"{case.project.title}: {case.project_state}",
        )
    if survey.edition.closing_meeting_on and case.declaration is not None:
        yield StoryRow(
            formats.day(survey.edition.closing_meeting_on, language), _("Closing meeting, planned")
        )


def _meeting_rows(case: Case) -> Iterator[StoryRow]:
    choice, declaration = case.choice, case.declaration
    if choice is not None and choice.session is not None:
        yield StoryRow(
            case.moment(choice.session.starts_at),
            _("Information session"),
            str(choice.get_status_display()),
        )
    elif choice is not None:
        yield StoryRow(
            case.moment(choice.answered_at or choice.invited_at),
            _("Information session"),
            str(choice.get_status_display()),
        )
    if declaration is not None:
        held = is_held(
            declaration, "meetings/declaration_accepted", "meetings/declaration_returned"
        )
        words = DeclarationStatus.SENT.label if held else declaration.get_status_display()
        yield StoryRow(
            case.moment(declaration.sent_at or declaration.asked_at),
            _("Declaration of participation"),
            str(words),
        )
