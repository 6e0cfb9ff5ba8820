"""Verbs of the merit evaluation: who reads what, sheets, the interview."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import translation

from applications import ranking
from applications.emails import interns as letters
from applications.enums import ApplicationStatus, EvaluationStatus
from applications.models import Evaluation, EvaluationScore, InternApplication
from applications.selectors import interns as selectors
from core import audit, roles
from core.models import User
from core.states import TransitionNotAllowed, move
from programme.models import Edition

Status = ApplicationStatus
COMMENT_MIN = 50  # characters; the same number stands in the form


class NotAnEvaluator(Exception):
    """The person does not have the role of evaluator, or may not read this application."""


class SheetIsWrong(Exception):
    """A criterion has no points, too many or too few, or the comment is too short."""


class PointsOutOfRange(Exception):
    """Points of an interview or bonus outside what the edition allows."""


def evaluators() -> dict[int, User]:
    """Everybody who may be given applications, by key."""
    people = User.objects.filter(groups__name=roles.EVALUATOR, is_active=True).order_by("pk")
    return {person.pk: person for person in people}


@transaction.atomic
def assign_evaluators(
    application: InternApplication,
    *,
    evaluators: Sequence[User],
    actor: User | None,
    now: datetime,
    due_on: date | None = None,
) -> list[Evaluation]:
    """Give the application to these evaluators; each gets a letter. Known ones stay as they are.

    Raises `NotAnEvaluator` for somebody without the role or for the candidate, and
    `TransitionNotAllowed` when the application is not under evaluation.
    """
    application = _locked(application)
    if application.status != Status.FORMALLY_CORRECT:
        raise TransitionNotAllowed(application, Status.EVALUATED)
    given = []
    for person in evaluators:
        if person.email.lower() == application.email.lower() or not roles.has_role(
            person, roles.EVALUATOR
        ):
            raise NotAnEvaluator(person.email)
        evaluation, is_new = Evaluation.objects.get_or_create(
            application=application,
            evaluator=person,
            defaults={"assigned_at": now, "due_on": due_on},
        )
        if is_new:
            audit.record(
                action="applications.evaluation.assigned",
                target=application,
                actor=actor,
                now=now,
                evaluator=person.pk,
            )
            letters.evaluator_assigned(evaluation, address=_door(person.language), now=now)
        given.append(evaluation)
    return given


def _door(language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse("applications:evaluations")


@transaction.atomic
def distribute_evaluators(
    edition: Edition, *, actor: User | None, now: datetime, due_on: date | None = None
) -> list[Evaluation]:
    """Fill every gap: give each application the evaluators it lacks, so that loads stay even.

    Equal loads rotate with the application's number. Returns the new assignments; too few
    evaluators leave a gap, which the worklist shows.
    """
    people = evaluators()
    loads = dict.fromkeys(people, 0)
    counted = (
        Evaluation.objects.filter(application__edition=edition, evaluator__in=people)
        .exclude(status=EvaluationStatus.RECUSED)
        .values_list("evaluator")
        .annotate(count=Count("pk"))
    )
    loads.update(dict(counted))
    made: list[Evaluation] = []
    for application in selectors.awaiting_evaluators(edition):
        lacking = application.evaluators_lacking
        taken = [each.evaluator_id for each in application.evaluations.all()]
        taken += [pk for pk, who in people.items() if who.email == application.email]
        chosen = ranking.share_out(loads, taken=taken, wanted=lacking, salt=application.pk)
        made += assign_evaluators(
            application,
            evaluators=[people[pk] for pk in chosen],
            actor=actor,
            now=now,
            due_on=due_on,
        )
        for pk in chosen:
            loads[pk] += 1
    return made


@transaction.atomic
def declare_impartial(evaluation: Evaluation, *, actor: User, now: datetime) -> Evaluation:
    """The evaluator declares impartiality; only then can the application be read."""
    _must_be_own(evaluation, actor)
    return move(evaluation, EvaluationStatus.IMPARTIAL, actor=actor, now=now, impartial_at=now)


@transaction.atomic
def recuse(evaluation: Evaluation, *, reason: str, actor: User, now: datetime) -> Evaluation:
    """The evaluator, or a coordinator, takes the evaluator off; the gap shows in the worklist."""
    if not actor.has_perm("applications.assign_evaluators"):
        _must_be_own(evaluation, actor)
    return move(
        evaluation,
        EvaluationStatus.RECUSED,
        actor=actor,
        now=now,
        recusal_reason=reason,
        saved_at=now,
    )


@transaction.atomic
def save_evaluation(
    evaluation: Evaluation,
    *,
    scores: Mapping[str, Decimal | int | None],
    comment: str,
    actor: User,
    now: datetime,
) -> Evaluation:
    """Keep a draft of the sheet; missing points are allowed. Raises `SheetIsWrong`."""
    _must_be_own(evaluation, actor)
    fresh = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    if fresh.status != EvaluationStatus.IMPARTIAL:
        raise TransitionNotAllowed(fresh, EvaluationStatus.SUBMITTED)
    criteria = {each.code: each for each in fresh.application.edition.merit_criteria.all()}
    for code, points in scores.items():
        if code not in criteria:
            raise SheetIsWrong(code)
        if points is None:
            fresh.scores.filter(criterion=criteria[code]).delete()
            continue
        if not 0 <= points <= criteria[code].max_points:
            raise SheetIsWrong(code)
        EvaluationScore.objects.update_or_create(
            evaluation=fresh, criterion=criteria[code], defaults={"points": Decimal(points)}
        )
    fresh.comment = comment
    fresh.saved_at = now
    fresh.save(update_fields=["comment", "saved_at"])
    audit.record(action="applications.evaluation.saved", target=fresh, actor=actor, now=now)
    return fresh


@transaction.atomic
def submit_evaluation(
    evaluation: Evaluation,
    *,
    scores: Mapping[str, Decimal | int],
    comment: str,
    actor: User,
    now: datetime,
) -> Evaluation:
    """Make the sheet final. With the last sheet wanted, the application counts as evaluated.

    Every criterion needs its points, the comment 50 characters. When the sheets lie too far apart,
    the application stays until one more evaluator is final. Raises `SheetIsWrong`,
    `NotAnEvaluator`, `TransitionNotAllowed`.
    """
    application = _locked(evaluation.application)
    edition = application.edition
    wanted_codes = {each.code for each in edition.merit_criteria.all()}
    complete = {code: points for code, points in scores.items() if points is not None}
    if set(complete) != wanted_codes or len(comment.strip()) < COMMENT_MIN:
        raise SheetIsWrong("incomplete")
    fresh = save_evaluation(evaluation, scores=complete, comment=comment, actor=actor, now=now)
    move(fresh, EvaluationStatus.SUBMITTED, actor=actor, now=now, submitted_at=now)
    sheets = sheet_totals(application)
    if application.status == Status.FORMALLY_CORRECT and ranking.is_complete(
        sheets,
        wanted=edition.evaluators_per_application,
        difference=Decimal(edition.third_evaluator_difference),
    ):
        move(application, Status.EVALUATED, now=now, merit_points=ranking.mean_merit(sheets))
    return fresh


def sheet_totals(application: InternApplication) -> list[Decimal]:
    """Totals of the final sheets of an application."""
    finals = application.evaluations.final().prefetch_related("scores").order_by("pk")
    return [evaluation.points for evaluation in finals]


@transaction.atomic
def record_interview(
    application: InternApplication,
    *,
    points: Decimal,
    actor: User,
    now: datetime,
    note: str = "",
    bonus: Decimal = Decimal(0),
) -> InternApplication:
    """Write down the points of the interview (and a bonus) and add up the total.

    Raises `PointsOutOfRange`, `TransitionNotAllowed`.
    """
    edition = application.edition
    if not 0 <= points <= edition.interview_max_points:
        raise PointsOutOfRange
    if not 0 <= bonus <= edition.bonus_max_points:
        raise PointsOutOfRange
    merit = application.merit_points
    if merit is None:
        raise TransitionNotAllowed(application, Status.INTERVIEWED)
    return move(
        application,
        Status.INTERVIEWED,
        actor=actor,
        now=now,
        interview_points=points,
        interview_note=note,
        interview_at=now,
        bonus_points=bonus,
        total_points=ranking.total_points(merit, points, weights_of(edition), bonus),
    )


def weights_of(edition: Edition) -> ranking.Weights:
    """The weights of the edition as the pure rules want them."""
    return ranking.Weights(
        merit=Decimal(edition.merit_weight),
        interview=Decimal(edition.interview_weight),
        interview_max=Decimal(edition.interview_max_points),
    )


def _locked(application: InternApplication) -> InternApplication:
    return (
        InternApplication.objects.select_for_update(of=("self",))
        .select_related("edition")
        .get(pk=application.pk)
    )


def _must_be_own(evaluation: Evaluation, actor: User) -> None:
    if evaluation.evaluator_id != actor.pk:
        raise NotAnEvaluator(actor.email)
