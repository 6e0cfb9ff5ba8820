"""Saving a page of the survey: on leaving it, while one types, and when two people have it open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications import answer_sheet, survey_merge, survey_plan
from applications.forms.extra_questions import page_form
from applications.forms.host_door import PageActionForm, moved
from applications.forms.host_fields import SurveyPage
from applications.forms.host_versions import MINE, THEIRS, VersionsForm
from applications.services import host as services
from applications.views.host_access import Door, page_context, personal
from core import formats, limits

MINUTE = timedelta(minutes=1)
# A page saves itself every three seconds at most; this lets several windows do so at once.
SAVES_A_MINUTE = 60
MOST_UNSURE = 4


@dataclass
class Outcome:
    """What came of a page that was sent. `next_url` is empty when it must be shown again."""

    form: SurveyPage
    seen: Mapping[str, str]
    next_url: str = ""
    clashes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    unchosen: list[str] = field(default_factory=list)


def save(door: Door, page: survey_plan.Page, typed: QueryDict) -> Outcome:
    """Keep what is valid on the page; say where to go next, or what stands in the way."""
    wants = PageActionForm(typed).wants
    seen = _seen(door, page, wants)
    typed, unchosen = _with_versions(door, page, typed, wants)
    form = page_form(page)(typed, context=door.context(), answers=door.answers)
    is_valid = form.is_valid()
    answers = form.to_answers()
    if wants.get("rank") and "tematy" in answers:
        answers["tematy"] = moved(answers["tematy"], wants["rank"])
    mine = {key: answers.pop(key) for key in unchosen if key in answers}
    outcome = Outcome(form, seen, unchosen=unchosen)
    is_put_away = bool(wants.get("leave")) and form.only_gaps
    if not (door.survey or is_valid or is_put_away or _begins(form, answers, seen)):
        return outcome
    saved = services.save_typed(
        door.target,
        page=page,
        pages=door.pages,
        answers=answers,
        seen=seen,
        now=door.now,
        is_known_open=door.is_known_open,
        browser=door.browser,
    )
    stored = survey_merge.given(page, saved.survey.draft_answers)
    waiting = {key: (value, stored.get(key)) for key, value in mine.items()}
    outcome.seen, outcome.clashes = saved.seen, {**saved.clashes, **waiting}
    if not outcome.clashes and is_put_away:
        outcome.next_url = reverse("applications:survey_saved", args=[door.token])
    elif not outcome.clashes and is_valid:
        outcome.next_url = next_address(door, page, saved.survey.draft_answers, wants)
    return outcome


def _seen(door: Door, page: survey_plan.Page, wants: Mapping[str, str]) -> dict[str, str]:
    """What the page showed, and what the browser sent before without hearing if it came."""
    seen = survey_merge.read(wants.get("seen", ""), page.keys)
    for sent in wants.get("unsure", "").split("\n")[-MOST_UNSURE:]:
        if sent:
            form = page_form(page)(QueryDict(sent), context=door.context(), answers=door.answers)
            form.is_valid()
            seen = survey_merge.with_sent(seen, form.to_answers())
    return seen


def _begins(form: SurveyPage, answers: dict, seen: Mapping[str, str]) -> bool:
    """Opening creates nothing (A12), typing is a deed; above the limit nothing begins (A10)."""
    return not form.is_over_limit and survey_merge.is_anything_typed(answers, seen)


def _with_versions(
    door: Door, page: survey_plan.Page, typed: QueryDict, wants: Mapping[str, str]
) -> tuple[QueryDict, list[str]]:
    """What was typed, with the colleague's version where that was chosen; what is not chosen."""
    keys = [key for key in wants.get("choosing", "").split(",") if key in page.keys]
    if not keys:
        return typed, []
    chosen = VersionsForm(typed, keys=keys).chosen()
    form = page_form(page)(typed, context=door.context(), answers=door.answers)
    form.is_valid()
    mine = form.to_answers()
    typed = typed.copy()
    for key in (key for key in keys if chosen.get(key) == THEIRS):
        for name, value in _fields_of(door, page, form, key, mine.get(key)).items():
            typed.setlist(name, _as_posted(value))
    return typed, [key for key in keys if key not in chosen]


def _fields_of(
    door: Door, page: survey_plan.Page, form: SurveyPage, key: str, mine: Any
) -> dict[str, Any]:
    """The fields that make up one answer, with their stored values."""
    followers = [name for name, leader in survey_merge.FOLLOWS.items() if leader == key]
    empty, typed, stored = (
        form.initial_from(survey_plan.merge(door.answers, page, given, keeps_hidden=True))
        for given in (dict.fromkeys([key, *followers]), {key: mine}, {})
    )
    names = [
        name for name in form.fields if not empty.get(name) == typed.get(name) == stored.get(name)
    ]
    return {name: stored.get(name) for name in names or [key]}


def _as_posted(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, bool):
        return ["on"] if value else []
    return [] if value is None else [str(value)]


def next_address(
    door: Door, page: survey_plan.Page, answers: Mapping[str, Any], wants: Mapping[str, str]
) -> str:
    """Where the button leads: the next page that is asked, or the check."""
    following = survey_plan.page_after(page, answers, door.pages)
    if wants.get("rank"):
        following = page
    elif wants.get("back") == "check":
        gap = next(iter(survey_plan.missing(answers, door.pages)), "")
        following = survey_plan.page_of(gap, door.pages)
    if following is None:
        return reverse("applications:survey_check", args=[door.token])
    address = reverse("applications:survey_page", args=[door.token, following.slug])
    return f"{address}?back=check" if wants.get("back") == "check" else address


@require_POST
@personal
def survey_autosave(request: HttpRequest, door: Door, page: str) -> HttpResponse:
    """Keep what is typed so far, from the page's script; says in words what is not kept (A24)."""
    plan = survey_plan.BY_SLUG.get(page) or survey_plan.page_of(page, door.pages)
    if plan is None or not door.asks(plan) or door.closing.survey_return is not None:
        raise Http404  # of a returned survey only some questions are open; its pages save them
    try:
        limits.hit(
            action="survey_autosave",
            key=door.link.pk,
            limit=SAVES_A_MINUTE,
            per=MINUTE,
            now=door.now,
        )
    except limits.TooMany as error:
        return JsonResponse({}, status=429, headers={"Retry-After": error.seconds})
    return JsonResponse(_keep(door, plan, request.POST))


def _keep(door: Door, page: survey_plan.Page, typed: QueryDict) -> dict[str, object]:
    seen = _seen(door, page, PageActionForm(typed).wants)
    form = page_form(page)(typed, context=door.context(), answers=door.answers)
    form.is_valid()
    answers = form.to_answers()
    wrong = wrong_labels(form)
    if door.survey is None and not _begins(form, answers, seen):
        return {"saved_at_text": _not_kept(wrong), "seen": survey_merge.written(seen)}
    saved = services.save_typed(
        door.target,
        page=page,
        answers=answers,
        seen=seen,
        now=door.now,
        is_leaving=False,
        is_known_open=door.is_known_open,
        browser=door.browser,
    )
    words = [_("Saved at %(time)s.") % {"time": f"{door.now.astimezone(formats.WARSAW):%H:%M}"}]
    if saved.clashes:
        words.append(
            _("A colleague has changed the same answers; you will choose when you save the page.")
        )
    words.append(_not_kept(wrong))
    return {
        "saved_at_text": " ".join(filter(None, words)),
        "seen": survey_merge.written(saved.seen),
    }


def wrong_labels(form: SurveyPage) -> list[str]:
    """Labels of what was typed and cannot be kept; what is merely empty is not among them."""
    return [
        str(form.fields[name].label)
        for name, errors in form.errors.as_data().items()
        if name in form.fields and any(error.code != "required" for error in errors)
    ]


def _not_kept(labels: list[str]) -> str:
    if not labels:
        return ""
    return _("Not kept yet, because it needs correcting: %(fields)s.") % {
        "fields": ", ".join(labels)
    }


def show_versions(
    request: HttpRequest, door: Door, page: survey_plan.Page, outcome: Outcome
) -> HttpResponse:
    """Two people changed the same answer: both versions, and the choice (FT-18)."""
    keys = list(outcome.clashes)
    seen = dict(outcome.seen) | {
        key: survey_merge.fingerprint(theirs) for key, (_mine, theirs) in outcome.clashes.items()
    }
    own = {"csrfmiddlewaretoken", "seen", "choosing", *(f"version_{key}" for key in keys)}
    asked = [key for key in keys if key not in survey_merge.FOLLOWS]
    versions = [_version(door, page, key, outcome) for key in asked]
    context = page_context(
        door,
        title=outcome.form.title,
        page=page,
        versions=versions,
        typed=[
            (name, value)
            for name, values in outcome.form.data.lists()
            if name not in own
            for value in values
        ],
        seen=survey_merge.written(seen),
        choosing=",".join(asked),
        errors=[
            {
                "text": f"{version['label']}: {version['error']}",
                "href": f"#id_version_{version['key']}_mine",
            }
            for version in versions
            if version["error"]
        ],
    )
    return render(request, "applications/host/versions.html", context, status=409)


def _version(door: Door, page: survey_plan.Page, key: str, outcome: Outcome) -> dict[str, object]:
    mine, theirs = outcome.clashes[key]
    together = {other: outcome.clashes[other] for other in (key, *_followers(key, outcome.clashes))}
    sheets = [
        answer_sheet.section_of(page, _answers_with(door, page, together, side), door.context())
        for side in (0, 1)
    ]
    rows = [
        (ours, other)
        for ours, other in zip(sheets[0].rows, sheets[1].rows, strict=True)
        if ours.value != other.value
    ]
    return {
        "key": key,
        "label": rows[0][0].label if rows else key,
        "error": _("Choose the version that is to stay.") if key in outcome.unchosen else "",
        "choices": [
            (MINE, _("Your version"), [row.value for row, _other in rows] or [str(mine)]),
            (
                THEIRS,
                _("Your colleague’s version"),
                [row.value for _own, row in rows] or [str(theirs)],
            ),
        ],
    }


def _followers(key: str, clashes: Mapping[str, object]) -> list[str]:
    return [
        name for name, leader in survey_merge.FOLLOWS.items() if leader == key and name in clashes
    ]


def _answers_with(
    door: Door, page: survey_plan.Page, values: Mapping[str, tuple[Any, Any]], side: int
) -> dict[str, object]:
    chosen = {key: pair[side] for key, pair in values.items()}
    return survey_plan.merge(door.answers, page, chosen, keeps_hidden=True)
