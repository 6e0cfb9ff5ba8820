"""Saving a page of the survey: on leaving it, and while one types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications import survey_merge, survey_plan
from applications.forms.host_door import PageActionForm, with_moved_theme
from applications.forms.host_fields import SurveyPage
from applications.services import host as services
from applications.views import host_refused
from applications.views.host_access import Door, personal
from applications.views.host_versions import with_chosen
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
    typed, unchosen = with_chosen(door, page, typed, wants)
    form = door.form(page, typed)
    outcome = Outcome(form, _seen(door, page, wants), unchosen=unchosen)
    is_valid = form.is_valid()
    answers = with_moved_theme(form.to_answers(), wants)
    mine = {key: answers.pop(key) for key in unchosen if key in answers}
    is_put_away = bool(wants.get("leave")) and (form.only_gaps or not form.is_over_limit)
    is_begun = bool(door.survey) or _begins(form, answers, outcome.seen)
    if not (is_begun or is_valid or (is_put_away and form.only_gaps)):
        return outcome
    saved = _store(door, page, answers, outcome.seen, pages=door.pages)
    stored = survey_merge.given(page, saved.survey.draft_answers)
    waiting = {key: (value, stored.get(key)) for key, value in mine.items()}
    outcome.seen, outcome.clashes = saved.seen, {**saved.clashes, **waiting}
    if not outcome.clashes and is_put_away:
        outcome.next_url = reverse("applications:survey_saved", args=[door.token])
    elif not outcome.clashes and is_valid:
        outcome.next_url = next_address(door, page, saved.survey.draft_answers, wants)
    return outcome


def _store(
    door: Door,
    page: survey_plan.Page,
    answers: Mapping[str, object],
    seen: Mapping[str, str],
    **way: Any,
) -> services.Saved:
    """Save a page as this door opened it; `way` says how, as `save_typed` takes it."""
    return services.save_typed(
        door.target,
        page=page,
        answers=answers,
        seen=seen,
        now=door.now,
        is_known_open=door.is_known_open,
        browser=door.browser,
        **way,
    )


def _seen(door: Door, page: survey_plan.Page, wants: Mapping[str, str]) -> dict[str, str]:
    """What the page showed, and what the browser sent before without hearing if it came."""
    seen = survey_merge.read(wants.get("seen", ""), page.keys)
    for sent in wants.get("unsure", "").split("\n")[-MOST_UNSURE:]:
        if sent:
            form = door.form(page, QueryDict(sent))
            form.is_valid()
            seen = survey_merge.with_sent(seen, form.to_answers())
    return seen


def _begins(form: SurveyPage, answers: dict, seen: Mapping[str, str]) -> bool:
    """Opening creates nothing (A12), typing is a deed; above the limit nothing begins (A10)."""
    return not form.is_over_limit and survey_merge.is_anything_typed(answers, seen)


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
    if plan is None or not door.asks(plan) or door.is_returned:
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
    return JsonResponse(_keep(request, door, plan))


def _keep(request: HttpRequest, door: Door, page: survey_plan.Page) -> dict[str, str]:
    """Save what is valid so far; what the page says of it, and what it now knows."""
    seen = _seen(door, page, PageActionForm(request.POST).wants)
    form = door.form(page, request.POST)
    form.is_valid()
    answers = form.to_answers()
    words = [_not_kept(wrong_labels(form))]
    if door.survey or _begins(form, answers, seen):
        saved = _store(door, page, answers, seen, is_leaving=False)
        seen = saved.seen
        words = [*_kept(door, saved), *words]
    host_refused.note(request, door, page.slug, form, seen)
    return {"saved_at_text": " ".join(filter(None, words)), "seen": survey_merge.written(seen)}


def _kept(door: Door, saved: services.Saved) -> Iterator[str]:
    yield _("Saved at %(time)s.") % {"time": f"{door.now.astimezone(formats.WARSAW):%H:%M}"}
    if saved.clashes:
        yield _("A colleague has changed the same answers; you will choose when you save the page.")


def wrong_labels(form: SurveyPage) -> list[str]:
    """Labels of what was typed and cannot be kept; what is merely empty is not among them."""
    return [
        str(form.fields[name].label)
        for name, errors in form.errors.as_data().items()
        if name in form.fields and any(error.code != "required" for error in errors)
    ]


def left_behind(form: SurveyPage) -> str:
    """For who put a page away with something wrong on it: what, and that it is not lost (A24)."""
    labels = wrong_labels(form)
    if not labels:
        return ""
    return f"{_not_kept(labels)} {_('In this browser the page will show what you typed.')}"


def _not_kept(labels: list[str]) -> str:
    if not labels:
        return ""
    return _("Not kept yet, because it needs correcting: %(fields)s.") % {
        "fields": ", ".join(labels)
    }
