"""Small deeds around the programme site: questions in order, shown or not; the statement."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from core import audit
from core.models import User
from programme.models import AccessibilityStatement, Edition, FrequentQuestion


@transaction.atomic
def add_question(edition: Edition, *, actor: User, now: datetime) -> FrequentQuestion:
    """A place for a new question at the end; it is public when its words are published."""
    last = edition.faq.aggregate(last=Max("position"))["last"] or 0
    question = FrequentQuestion.objects.create(edition=edition, position=last + 1)
    _record("added", question, actor, now)
    return question


@transaction.atomic
def show_question(
    question: FrequentQuestion, *, is_visible: bool, actor: User, now: datetime
) -> None:
    """Show a question on the public page, or take it off; its words stay."""
    question.is_visible = is_visible
    question.save(update_fields=["is_visible"])
    _record("shown" if is_visible else "hidden", question, actor, now)


@transaction.atomic
def move_question(question: FrequentQuestion, *, is_up: bool, actor: User, now: datetime) -> None:
    """Change places with the neighbour above or below; at the end nothing happens."""
    rows = list(
        FrequentQuestion.objects.select_for_update()
        .filter(edition=question.edition_id)
        .order_by("position", "pk")
    )
    here = next(index for index, row in enumerate(rows) if row.pk == question.pk)
    there = here - 1 if is_up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, 1):
        row.position = position
    FrequentQuestion.objects.bulk_update(rows, ["position"])
    _record("moved", question, actor, now)


def the_statement() -> AccessibilityStatement:
    """The record of the accessibility statement, made when first asked for by a deed."""
    return AccessibilityStatement.objects.get_or_create(pk=AccessibilityStatement.THE_ONE)[0]


def _record(deed: str, question: FrequentQuestion, actor: User, now: datetime) -> None:
    audit.record(action=f"programme.frequentquestion.{deed}", target=question, actor=actor, now=now)
