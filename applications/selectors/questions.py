"""Questions about the questions that an edition adds to the survey."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from applications import survey_plan
from applications.models import HostQuestion, HostQuestionOption, HostSurvey
from applications.survey_plan import Page
from programme.models import Edition


def questions_of(edition: Edition) -> QuerySet[HostQuestion]:
    """All of them in the order in which they are asked, with their options in order."""
    options = HostQuestionOption.objects.order_by("position", "pk")
    return (
        HostQuestion.objects.filter(edition=edition)
        .prefetch_related(Prefetch("options", queryset=options))
        .order_by("position", "pk")
    )


def survey_pages(questions: Iterable[HostQuestion]) -> tuple[Page, ...]:
    """The pages of the survey with those questions that are asked now."""
    return survey_plan.with_extras(each.plan for each in questions if each.is_active)


def pages_of(edition: Edition) -> tuple[Page, ...]:
    """The pages of the survey of an edition; one query."""
    return survey_pages(HostQuestion.objects.filter(edition=edition).order_by("position", "pk"))


def surveys_answering(question: HostQuestion) -> QuerySet[HostSurvey]:
    """Surveys in which somebody has answered it, sent or not."""
    key = question.key
    return HostSurvey.objects.filter(edition=question.edition_id).filter(
        Q(answers__has_key=key) | Q(draft_answers__has_key=key)
    )


def editions_with_questions(besides: Edition) -> QuerySet[Edition]:
    """Other editions whose questions could be copied, the newest first."""
    asked = HostQuestion.objects.filter(edition=OuterRef("pk"), is_active=True)
    return Edition.objects.filter(Exists(asked)).exclude(pk=besides.pk).order_by("-year", "pk")
