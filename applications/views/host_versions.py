"""Two people changed the same answer: both versions as they read, and the choice (FT-18)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications import answer_sheet, survey_merge, survey_plan
from applications.forms.host_fields import SurveyPage
from applications.forms.host_versions import MINE, THEIRS, VersionsForm
from applications.views.host_access import Door, page_context

Clashes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Both:
    """One page with answers that clash, each as (mine, theirs); `unchosen` wait for a choice."""

    door: Door
    page: survey_plan.Page
    clashes: Clashes
    unchosen: list[str]

    @property
    def asked(self) -> list[str]:
        """Keys to choose between; what is part of another answer follows that one."""
        return [key for key in self.clashes if key not in survey_merge.FOLLOWS]

    def version(self, key: str) -> dict[str, object]:
        """One answer for the template: its label, the two versions, the error."""
        mine, theirs = self.clashes[key]
        rows = self._rows(key)
        return {
            "key": key,
            "label": rows[0][0].label if rows else key,
            "error": _("Choose the version that is to stay.") if key in self.unchosen else "",
            "choices": [
                (MINE, _("Your version"), [row.value for row, _other in rows] or [str(mine)]),
                (
                    THEIRS,
                    _("Your colleague’s version"),
                    [row.value for _own, row in rows] or [str(theirs)],
                ),
            ],
        }

    def _rows(self, key: str) -> list[tuple[answer_sheet.Row, answer_sheet.Row]]:
        """The lines of the answer sheet in which the versions differ, as (mine, theirs)."""
        together = [key, *(name for name in _followers(key) if name in self.clashes)]
        mine, theirs = (
            self._section({name: self.clashes[name][side] for name in together}) for side in (0, 1)
        )
        return [
            (ours, other)
            for ours, other in zip(mine.rows, theirs.rows, strict=True)
            if ours.value != other.value
        ]

    def _section(self, chosen: Mapping[str, object]) -> answer_sheet.Section:
        answers = survey_plan.merge(self.door.answers, self.page, chosen, keeps_hidden=True)
        return answer_sheet.section_of(self.page, answers, self.door.context())


def show_versions(
    request: HttpRequest, both: Both, form: SurveyPage, seen: Mapping[str, str]
) -> HttpResponse:
    """The page with the choice; everything else that was typed goes along, `seen` as well."""
    versions = [both.version(key) for key in both.asked]
    theirs = {key: survey_merge.fingerprint(pair[1]) for key, pair in both.clashes.items()}
    context = page_context(
        both.door,
        title=form.title,
        page=both.page,
        versions=versions,
        typed=list(_typed_beside(form, both.clashes)),
        seen=survey_merge.written({**seen, **theirs}),
        choosing=",".join(both.asked),
        errors=[_error(version) for version in versions if version["error"]],
    )
    return render(request, "applications/host/versions.html", context, status=409)


def _typed_beside(form: SurveyPage, clashes: Clashes) -> Iterator[tuple[str, str]]:
    """What was posted, without what the page of the choice posts itself."""
    own = {"csrfmiddlewaretoken", "seen", "choosing", *(f"version_{key}" for key in clashes)}
    for name, values in form.data.lists():
        if name not in own:
            yield from ((name, value) for value in values)


def _error(version: Mapping[str, object]) -> dict[str, str]:
    return {
        "text": f"{version['label']}: {version['error']}",
        "href": f"#id_version_{version['key']}_mine",
    }


def with_chosen(
    door: Door, page: survey_plan.Page, typed: QueryDict, wants: Mapping[str, str]
) -> tuple[QueryDict, list[str]]:
    """What was typed, with the colleague's version where that was chosen; what is not chosen."""
    keys = [key for key in wants.get("choosing", "").split(",") if key in page.keys]
    if not keys:
        return typed, []
    chosen = VersionsForm(typed, keys=keys).chosen()
    form = door.form(page, typed)
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
    empty, typed, stored = (
        form.initial_from(survey_plan.merge(door.answers, page, given, keeps_hidden=True))
        for given in (dict.fromkeys([key, *_followers(key)]), {key: mine}, {})
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


def _followers(key: str) -> list[str]:
    """Keys that are part of this answer."""
    return [name for name, leader in survey_merge.FOLLOWS.items() if leader == key]
