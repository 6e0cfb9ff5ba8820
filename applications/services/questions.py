"""Adding questions of an edition to the survey, changing them, taking them over from before."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from applications.models import HostQuestion, HostQuestionOption
from applications.selectors.questions import questions_of, surveys_answering
from core import audit
from core.models import User
from programme.folding import fold
from programme.models import Edition

CODE_MOST = 30


class KindIsFixed(Exception):
    """Somebody has answered already: another kind of answer would make nonsense of it."""


@transaction.atomic
def save_question(question: HostQuestion, *, actor: User, now: datetime) -> HostQuestion:
    """Keep a question that the panel's form has cleaned; a new one gets its code.

    Raises `KindIsFixed`.
    """
    is_new = question.pk is None
    if is_new:
        question.code = free_code(question.edition, question.label_pl)
    else:
        before = HostQuestion.objects.select_for_update().get(pk=question.pk)
        if before.kind != question.kind and surveys_answering(before).exists():
            raise KindIsFixed(question)
    question.save()
    action = "added" if is_new else "changed"
    audit.record(
        action=f"applications.hostquestion.{action}", target=question, actor=actor, now=now
    )
    return question


def free_code(edition: Edition, label: str) -> str:
    """A code made of the Polish words that no other question of the edition has."""
    stem = fold(label).replace(" ", "_")[:CODE_MOST].strip("_") or "pytanie"
    taken = set(HostQuestion.objects.filter(edition=edition).values_list("code", flat=True))
    numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(code for code in numbered if code not in taken)


def number_option(option: HostQuestionOption) -> HostQuestionOption:
    """Give a new option a code that no option of the question has ever had."""
    if not option.code:
        codes = option.question.options.values_list("code", flat=True)
        last = max((int(code[1:]) for code in codes), default=0)
        option.code = f"o{last + 1}"
    return option


@transaction.atomic
def copy_questions(source: Edition, *, to: Edition, actor: User, now: datetime) -> int:
    """Take over the questions that `source` asks, with their options; returns how many are new.

    The codes stay, so that answers can be compared over the years; those that `to` has already are
    left alone, and copying twice copies once.
    """
    taken = set(HostQuestion.objects.filter(edition=to).values_list("code", flat=True))
    last = HostQuestion.objects.filter(edition=to).aggregate(last=Max("position"))["last"] or 0
    copied = 0
    for question in questions_of(source):
        if not question.is_active or question.code in taken:
            continue
        options = [option for option in question.options.all() if option.is_active]
        question.pk, question.edition = None, to
        question.position += last
        question.save(force_insert=True)
        HostQuestionOption.objects.bulk_create(
            HostQuestionOption(
                question=question,
                code=option.code,
                name_pl=option.name_pl,
                name_uk=option.name_uk,
                name_en=option.name_en,
                position=option.position,
            )
            for option in options
        )
        audit.record(
            action="applications.hostquestion.copied",
            target=question,
            actor=actor,
            now=now,
            year=source.year,
        )
        copied += 1
    return copied
