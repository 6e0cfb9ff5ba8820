"""Words with a fixed meaning in this room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.stages import Stage


class SurveyStatus(TextChoices):
    """Where the survey of a host municipality stands."""

    DRAFT = "draft", _("Draft, not sent")
    SUBMITTED = "submitted", _("Sent, awaiting a decision")
    RETURNED = "returned", _("Returned for completion")
    ELIGIBLE = "eligible", _("Eligible")
    INELIGIBLE = "ineligible", _("Not eligible")
    EXCEPTION = "exception", _("Exception awaiting a second person")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DUPLICATE = "duplicate", _("Possible duplicate")
    MERGED = "merged", _("Merged into another survey")


_NO_SURVEY_YET = {SurveyStatus.DRAFT, SurveyStatus.WITHDRAWN}
_SECOND_SURVEY = {SurveyStatus.DUPLICATE, SurveyStatus.MERGED}
SURVEY_SENT = Stage(
    "sent",
    _("Surveys sent"),
    frozenset(SurveyStatus) - _NO_SURVEY_YET - _SECOND_SURVEY,
)


class VersionKind(TextChoices):
    """How a version of a survey came about."""

    LINK = "link", _("Sent by the personal link")
    CORRECTION = "correction", _("Correction by the personal link")
    RETURN = "return", _("Completed after a return")
    PHONE = "phone", _("Taken by telephone")
    MERGE = "merge", _("Merged with another survey")
    UNDONE = "undone", _("A merge was taken back")


STAFF_VERSIONS = [VersionKind.PHONE, VersionKind.MERGE, VersionKind.UNDONE]


class Entrance(TextChoices):
    """By which way the municipality came to the survey."""

    MAIL = "mail", _("Personal letter")
    ZMP = "zmp", _("Association of Polish Cities (ZMP)")
    ZGWRP = "zgwrp", _("Union of Rural Communes (ZGWRP)")
    OTHER = "other", _("Public page")
    STAFF = "staff", _("Entered by staff")
    PHONE = "phone", _("By telephone")


class DecisionKind(TextChoices):
    """What was decided about the eligibility of a municipality."""

    ELIGIBLE = "eligible", _("Eligible")
    INELIGIBLE = "ineligible", _("Not eligible")
    BY_EXCEPTION = "by_exception", _("Eligible by an exception")


class QuestionKind(TextChoices):
    """How a question that an edition adds to the survey is answered."""

    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Longer text")
    ONE = "one", _("One answer of several")
    SEVERAL = "several", _("Several answers")
    NUMBER = "number", _("Whole number")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")


class NamedMentorStatus(TextChoices):
    """What the person whom the survey names as mentor has answered."""

    WAITING = "waiting", _("Waiting for the answer")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    REPLACED = "replaced", _("No longer named")


class ReturnKind(TextChoices):
    """Why a coordinator returns a question of a survey (A16)."""

    INCORRECT = "incorrect", _("Incorrect")
    INCOMPLETE = "incomplete", _("Incomplete")
    OUTDATED = "outdated", _("Out of date")


class ApplicationStatus(TextChoices):
    """Where an intern's application stands, from the draft to the journey."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent, waiting for the head of the hromada")
    HEAD_CONFIRMED = "head_confirmed", _("Confirmed by the head, waiting for the formal check")
    RETURNED = "returned", _("Returned for correction")
    FORMALLY_CORRECT = "formally_correct", _("Formally correct, under evaluation")
    EVALUATED = "evaluated", _("Evaluated, waiting for the interview")
    INTERVIEWED = "interviewed", _("Interviewed, waiting for the selection")
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("On the reserve list")
    REJECTED = "rejected", _("Not accepted")
    PREPARING = "preparing", _("Preparing to travel")
    READY = "ready", _("Ready to travel")
    CANNOT_TRAVEL = "cannot_travel", _("Cannot travel")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_NEVER_SENT = {ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN}
_BEFORE_THE_CHECK = {
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.HEAD_CONFIRMED,
    ApplicationStatus.RETURNED,
    ApplicationStatus.REJECTED,
}
APPLICATION_SENT = Stage("sent", _("Applications sent"), frozenset(ApplicationStatus) - _NEVER_SENT)
APPLICATION_CORRECT = Stage(
    "correct", _("Formally correct"), APPLICATION_SENT.statuses - _BEFORE_THE_CHECK
)
APPLICATION_SELECTED = Stage(
    "selected",
    _("Selected for the internship"),
    frozenset(
        {
            ApplicationStatus.SELECTED,
            ApplicationStatus.PREPARING,
            ApplicationStatus.READY,
            ApplicationStatus.CANNOT_TRAVEL,
        }
    ),
)


class HeadAnswer(TextChoices):
    """What the head of the hromada said about the candidacy."""

    NONE = "", _("No answer yet")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class FileKind(TextChoices):
    """Which paper a file of an application is."""

    NOMINATION = "lyst", _("Letter of nomination")
    CV = "cv", _("CV")
    APPOINTMENT = "nakaz", _("Document of appointment")


class EvaluationStatus(TextChoices):
    """Where an evaluator stands with one application."""

    ASSIGNED = "assigned", _("Assigned, declaration of impartiality missing")
    IMPARTIAL = "impartial", _("Under evaluation")
    SUBMITTED = "submitted", _("Evaluation final")
    RECUSED = "recused", _("Evaluator excluded")


class FormalOutcome(TextChoices):
    """How a formal check ended."""

    CORRECT = "formally_correct", _("Formally correct")
    RETURNED = "returned", _("Returned for correction")
    REJECTED = "rejected", _("Rejected")


class MayLeave(TextChoices):
    """The person's own yes or no about the right to leave; never any detail of it."""

    UNKNOWN = "", _("Not answered yet")
    YES = "yes", _("Yes")
    NO = "no", _("No")
    NOT_APPLICABLE = "not_applicable", _("Does not concern me")


class WayIn(TextChoices):
    """How somebody came to work on a survey that a colleague began."""

    INVITED = "invited", _("Invited by a colleague")
    HANDED_OVER = "handed_over", _("Handed over by a colleague")
    TOOK_OVER = "took_over", _("Took over from a colleague")
    BY_STAFF = "by_staff", _("Handed over by a coordinator")


class TakeOverStatus(TextChoices):
    """What became of a request to take over a survey."""

    ASKED = "asked", _("Waiting for an answer")
    GRANTED = "granted", _("Handed over")
    REFUSED = "refused", _("Refused")
