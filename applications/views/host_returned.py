"""The pages of a returned survey: only the returned questions are open (A16)."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language

from applications import answer_sheet, returned_questions, survey_plan
from applications.forms.host_door import PageActionForm, with_moved_theme
from applications.forms.host_fields import SurveyPage
from applications.models import ReturnedQuestion
from applications.services import host as services
from applications.views import host_refused, host_waiting
from applications.views.host_access import Door, page_context, posted
from core import formats

REASON = "<strong>{}:</strong> {}"
REASON_AND_HINT = REASON + "<br>{}"
OpenKeys = dict[str, frozenset[str]]


def open_keys(door: Door) -> OpenKeys:
    """Keys that the municipality may change, by page, in the order of the plan."""
    chosen = [(each.page, each.name) for each in _questions(door)]
    return returned_questions.unlocked(door.survey.answers, door.answers, chosen, door.pages)


def _questions(door: Door) -> list[ReturnedQuestion]:
    found = list(door.closing.survey_return.questions.all())
    return sorted(found, key=lambda each: each.pk)


def returned_context(door: Door) -> dict[str, object]:
    """For the page where the link leads: what is returned, why, by when, and where to begin."""
    if not door.is_returned:
        return {"returned": []}
    pages = open_keys(door)
    return {
        "returned": [_line(door, each) for each in _questions(door)],
        "returned_due": formats.deadline(door.closing.closes_at, get_language() or "pl"),
        "begin_url": _address(door, next(iter(pages))) if pages else _check(door),
    }


def _line(door: Door, question: ReturnedQuestion) -> dict[str, object]:
    """One returned question with the reason, the page that asks it and the answer as it is now."""
    page = survey_plan.page_of(question.page, door.pages)
    is_asked = page is not None and page.asked(door.answers)
    rows = answer_sheet.section_of(page, door.answers, door.context()).rows if is_asked else []
    now = next((row for row in rows if row.name == question.name), None)
    before = _value_sent(door, page, question.name) if page else ""
    return {
        "label": now.label if now else question.label,
        "kind": question.get_kind_display(),
        "sentence": question.sentence,
        "value": now.value if now else "",
        "is_changed": now is None or now.value != before,
        "url": _address(door, question.page) if is_asked else "",
    }


def _value_sent(door: Door, page: survey_plan.Page, name: str) -> str:
    section = answer_sheet.section_of(page, door.survey.answers, door.context())
    return next((row.value for row in section.rows if row.name == name), "")


def _address(door: Door, slug: str) -> str:
    return reverse("applications:survey_page", args=[door.token, slug])


def _check(door: Door) -> str:
    return reverse("applications:survey_check", args=[door.token])


def returned_page(request: HttpRequest, door: Door, page: survey_plan.Page) -> HttpResponse:
    """One page: the open questions as fields with their reasons, the others to read."""
    keys = open_keys(door).get(page.slug)
    if not keys:
        return redirect("applications:survey", door.token)
    waiting = host_waiting.typed_for(request, door.link, page.slug)
    refused = host_refused.typed_for(request, door.link, page.slug)
    form = _form(door, page, keys, posted(request) or waiting or refused)
    if request.method == "POST":
        host_refused.note(request, door.link, page.slug, form, {})
        answer = _save(request, door, page, form)
        if answer is not None:
            return answer
    elif waiting is None:
        form.say_only_what_is_wrong()
    return _show_page(request, door, page, form, keys)


def _show_page(
    request: HttpRequest,
    door: Door,
    page: survey_plan.Page,
    form: SurveyPage,
    keys: frozenset[str],
) -> HttpResponse:
    context = page_context(
        door,
        form=form,
        page=page,
        title=form.title,
        rank_items=getattr(form, "items", []),
        reasons=_reasons(door, page) if page.slug == "kolejnosc" else [],
        locked=_locked_rows(door, page, keys),
        due=formats.deadline(door.closing.closes_at, get_language() or "pl"),
        back_url=reverse("applications:survey", args=[door.token]),
    )
    return render(request, "applications/host/returned_page.html", context)


def _locked_rows(
    door: Door, page: survey_plan.Page, keys: frozenset[str]
) -> list[answer_sheet.Row]:
    rows = answer_sheet.section_of(page, door.answers, door.context()).rows
    return [row for row in rows if returned_questions.key_of(row.name) not in keys]


def _form(door: Door, page: survey_plan.Page, keys: frozenset[str], data) -> SurveyPage:
    """The page's own form without the locked fields, the reason at each returned one."""
    form = door.form(page, data)
    for name in list(form.fields):
        if returned_questions.key_of(name) not in keys:
            del form.fields[name]
    for question in _questions(door):
        same = question.page == page.slug or {question.page, page.slug} == returned_questions.THEMES
        if same and question.name in form.fields:
            field = form.fields[question.name]
            shape = REASON_AND_HINT if field.help_text else REASON
            field.help_text = format_html(
                shape, question.get_kind_display(), question.sentence, field.help_text
            )
    return form


def _reasons(door: Door, page: survey_plan.Page) -> list[ReturnedQuestion]:
    """For the order of themes, whose list has no place for a reason at the field."""
    return [each for each in _questions(door) if each.page in returned_questions.THEMES]


def _save(
    request: HttpRequest, door: Door, page: survey_plan.Page, form: SurveyPage
) -> HttpResponse | None:
    """Keep what is valid; None when the page must be shown again with its errors."""
    host_waiting.forget(request)
    wants = PageActionForm(request.POST).wants
    is_valid = form.is_valid()
    answers = with_moved_theme(form.to_answers(), wants)
    services.save_page(door.survey, page=page.slug, answers=answers, pages=door.pages)
    if wants.get("leave") and form.only_gaps:
        return redirect("applications:survey_saved", door.token)
    if not is_valid:
        return None if door.is_open else redirect("applications:survey", door.token)
    if wants.get("rank"):
        return redirect(_address(door, page.slug))
    return redirect(_next(door, page))


def _next(door: Door, page: survey_plan.Page) -> str:
    """The next page with an open question, by the answers as they are now; else the check."""
    door.survey.refresh_from_db(fields=["draft_answers"])
    slugs = [each.slug for each in door.pages]
    here = slugs.index(page.slug)
    chosen = [(each.page, each.name) for each in _questions(door)]
    still = returned_questions.unlocked(
        door.survey.answers, door.survey.draft_answers, chosen, door.pages
    )
    following = next((slug for slug in slugs[here + 1 :] if slug in still), None)
    return _address(door, following) if following else _check(door)


def check_context(door: Door) -> dict[str, object]:
    """For the check before sending again: returned questions first, then everything else."""
    keys = open_keys(door)
    return {
        "returned": [_line(door, each) for each in _questions(door)],
        "returned_due": formats.deadline(door.closing.closes_at, get_language() or "pl"),
        "sections": [
            replace(part, rows=[_with_link(door, part.slug, row, keys) for row in part.rows])
            for part in door.sections()
        ],
    }


def _with_link(door: Door, slug: str, row: answer_sheet.Row, keys: OpenKeys) -> answer_sheet.Row:
    is_open = returned_questions.key_of(row.name) in keys.get(slug, ())
    return replace(row, url=_address(door, slug) if is_open else "")
