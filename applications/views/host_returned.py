"""The pages of a returned survey: only the returned questions are open (A16)."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language

from applications import answer_sheet, returned_questions, survey_merge, survey_plan
from applications.forms.host_door import PageActionForm, with_moved_theme
from applications.forms.host_fields import SurveyPage
from applications.models import ReturnedQuestion
from applications.services import host as services
from applications.views import host_refused, host_waiting
from applications.views.host_access import Door, page_context
from applications.views.host_versions import Both, Clashes, show_versions, with_chosen
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
    if request.method == "POST":
        return _save(request, door, page, keys)
    waiting = host_waiting.typed_for(request, door.link, page.slug)
    typed = waiting or host_refused.typed_for(request, door, page.slug)
    form = _form(door, page, keys, typed)
    if waiting is None:
        form.say_only_what_is_wrong()
    return _show_page(request, door, page, form, keys, _seen(page, typed) if typed else None)


def _seen(page: survey_plan.Page, typed: QueryDict) -> dict[str, str]:
    """Fingerprints of the answers with which the page was opened."""
    return survey_merge.read(PageActionForm(typed).wants.get("seen", ""), page.keys)


def _show_page(
    request: HttpRequest,
    door: Door,
    page: survey_plan.Page,
    form: SurveyPage,
    keys: frozenset[str],
    seen: Mapping[str, str] | None = None,
) -> HttpResponse:
    if seen is None:
        seen = survey_merge.seen_of(page, door.answers, form.known.answers)
    context = page_context(
        door,
        form=form,
        page=page,
        title=form.title,
        rank_items=getattr(form, "items", []),
        reasons=_reasons(door, page) if page.slug == "kolejnosc" else [],
        locked=_locked_rows(door, page, keys),
        due=formats.deadline(door.closing.closes_at, get_language() or "pl"),
        seen=survey_merge.written(seen),
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
    request: HttpRequest, door: Door, page: survey_plan.Page, keys: frozenset[str]
) -> HttpResponse:
    """Keep what is valid and lead on; else the page with its errors, or the versions (FT-18)."""
    host_waiting.forget(request)
    wants = PageActionForm(request.POST).wants
    typed, unchosen = with_chosen(door, page, request.POST, wants)
    form, seen = _form(door, page, keys, typed), _seen(page, typed)
    host_refused.note(request, door, page.slug, form, seen)
    saved, clashes = _put(door, page, form, seen, unchosen)
    host_refused.note(request, door, page.slug, form, saved.seen)
    if clashes:
        return show_versions(request, Both(door, page, clashes, unchosen), form, saved.seen)
    if form.errors and not (wants.get("leave") and form.only_gaps):
        if not door.is_open:
            return redirect("applications:survey", door.token)
        return _show_page(request, door, page, form, keys, saved.seen)
    return redirect(_following(door, page, wants))


def _following(door: Door, page: survey_plan.Page, wants: Mapping[str, str]) -> str:
    """Where the button that was pressed leads."""
    if wants.get("leave"):
        return reverse("applications:survey_saved", args=[door.token])
    return _address(door, page.slug) if wants.get("rank") else _next(door, page)


def _put(
    door: Door,
    page: survey_plan.Page,
    form: SurveyPage,
    seen: Mapping[str, str],
    unchosen: list[str],
) -> tuple[services.Saved, Clashes]:
    """Save what is valid; what two people changed differently waits for a choice."""
    form.is_valid()
    answers = with_moved_theme(form.to_answers(), PageActionForm(form.data).wants)
    mine = {key: answers.pop(key) for key in unchosen if key in answers}
    saved = services.save_returned(
        door.survey, page=page, answers=answers, seen=seen, pages=door.pages
    )
    stored = survey_merge.given(page, saved.survey.draft_answers)
    waiting = {key: (value, stored.get(key)) for key, value in mine.items()}
    return saved, {**saved.clashes, **waiting}


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
