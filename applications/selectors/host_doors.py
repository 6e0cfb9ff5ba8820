"""What a personal link to the survey opens, with all that a page needs, in one query."""

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from applications.enums import SurveyStatus
from applications.models import HostInvitation, HostQuestion, HostSurvey, LateDraft
from applications.selectors.host_closing import with_late_codes
from core.prepared import Prepared


def with_needs(records: QuerySet, gmina: str = "gmina") -> QuerySet:
    """Surveys or invitations with `let_in_until` and `has_questions` (of their edition)."""
    asked = HostQuestion.objects.filter(edition=OuterRef("edition"))
    return with_late_codes(records, gmina).annotate(has_questions=Exists(asked))


def surveys_with_needs() -> QuerySet[HostSurvey]:
    """Surveys with their relations, and with `has_late_draft`."""
    late = LateDraft.objects.filter(survey=OuterRef("pk"), settled_at=None)
    return with_needs(
        HostSurvey.objects.select_related("edition", "gmina", "organisation", "invitation")
    ).annotate(has_late_draft=Exists(late))


def _invitations_with_needs() -> QuerySet[HostInvitation]:
    """Invitations with `is_surveyed`: whether `survey_of_invitation()` would find something."""
    here = HostSurvey.objects.filter(
        Q(invitation=OuterRef("pk")) | Q(duplicate_of=None) & ~Q(status=SurveyStatus.WITHDRAWN),
        edition=OuterRef("edition"),
        gmina=OuterRef("organisation__gmina"),
    )
    invitations = HostInvitation.objects.select_related("edition", "organisation__gmina")
    return with_needs(invitations, "organisation__gmina").annotate(is_surveyed=Exists(here))


# Asked by every request of the survey.
_SURVEY = Prepared(lambda pk: surveys_with_needs().filter(pk=pk).order_by(), pk=int)
_BEGUN = Prepared(
    lambda invitation: (
        surveys_with_needs()
        .filter(invitation=invitation)
        .exclude(status=SurveyStatus.WITHDRAWN)
        .order_by("pk")[:1]
    ),
    invitation=int,
)
_INVITATION = Prepared(lambda pk: _invitations_with_needs().filter(pk=pk).order_by(), pk=int)


def opened_by_link(model: type[Model], pk: int) -> Model | None:
    """The target of a link: a survey, or an invitation with the survey begun by it as `begun`."""
    if model is HostSurvey:
        return _SURVEY.first(pk=pk)
    begun = _BEGUN.first(invitation=pk)
    invitation = begun.invitation if begun is not None else None
    if begun is None or invitation is None or invitation.organisation_id != begun.organisation_id:
        return _not_begun_here(pk, begun)
    invitation.edition, invitation.organisation = begun.edition, begun.organisation
    invitation.organisation.gmina = begun.gmina
    invitation.let_in_until, invitation.has_questions = begun.let_in_until, begun.has_questions
    invitation.begun = begun
    return invitation


def _not_begun_here(pk: int, begun: HostSurvey | None) -> HostInvitation | None:
    found = _INVITATION.first(pk=pk)
    if found is not None:
        found.begun = begun
    return found
