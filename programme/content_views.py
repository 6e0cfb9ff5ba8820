"""Panel pages on which public texts are written: list, draft, preview, publication, history."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.admin import edition_of, panel_context
from core.context_processors import LANGUAGE_NAMES
from core.formats import moment
from programme import content_selectors as selectors
from programme.content_forms import (
    ContentForm,
    MoveForm,
    PublishForm,
    QuestionForm,
    SeenForm,
    StatementForm,
    TextForm,
)
from programme.differences import differences
from programme.models import (
    AccessibilityStatement,
    ContentVersion,
    Edition,
    EditionText,
    FrequentQuestion,
    PublicContent,
)
from programme.selectors import edition_files
from programme.services import contents, site
from programme.site_pages import PAGES, Moment, page_of

SEE, WRITE = "programme.view_editiontext", "programme.change_editiontext"
FORMS: dict[str, tuple[type[PublicContent], type[ContentForm]]] = {
    "text": (EditionText, TextForm),
    "question": (FrequentQuestion, QuestionForm),
    "statement": (AccessibilityStatement, StatementForm),
}


@dataclass(frozen=True)
class Place:
    """Where one is: which kind of text, and which one."""

    kind: str
    record: Any

    def url(self, name: str, *more: object) -> str:
        """A page about this text."""
        return reverse(f"admin:programme_content_{name}", args=[self.kind, self.record.pk, *more])


def about_a_text(permission: str) -> Callable:
    """A page about one text: who may open it, and the record with its kind."""

    def decorate(view: Callable) -> Callable:
        @permission_required(permission, raise_exception=True)
        @wraps(view)
        def opened(request: HttpRequest, kind: str, pk: int, **parts) -> HttpResponse:
            if kind not in FORMS:
                raise Http404(kind)
            if kind == "statement" and pk == AccessibilityStatement.THE_ONE:
                record = AccessibilityStatement.objects.filter(pk=pk).first()
                record = record or AccessibilityStatement(pk=pk)
            else:
                record = get_object_or_404(FORMS[kind][0], pk=pk)
            return view(request, Place(kind, record), **parts)

        return opened

    return decorate


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"programme/{template}", panel_context(request) | context)


@require_safe
@permission_required(SEE, raise_exception=True)
def content_list(request: HttpRequest) -> HttpResponse:
    """Texts, questions and files of an edition, with what is missing in which language."""
    edition = edition_of(request)
    if edition is None:
        raise Http404("no edition")
    language = request.GET.get("missing", "")
    language = language if language in LANGUAGE_NAMES else ""
    texts, questions = _rows(edition, language)
    context = {
        "title": _("Texts and files of the site"),
        "edition": edition,
        "texts": texts,
        "questions": questions,
        "files": [] if language else edition_files(edition),
        "statement": selectors.statement_row(),
        "statement_pk": AccessibilityStatement.THE_ONE,
        "chips": _chips(request, edition, language),
        "language": LANGUAGE_NAMES.get(language, ""),
        "may_write": request.user.has_perm(WRITE),
    }
    return _show(request, "content_list.html", context)


def _rows(edition: Edition, language: str) -> tuple[list, list]:
    """Texts and questions: all, or those that are missing in a language."""
    texts, questions = selectors.text_rows(edition), selectors.question_rows(edition)
    if not language:
        return texts, questions
    return (
        [row for row in texts if language in row.missing],
        [row for row in selectors.shown(questions) if language in row.missing],
    )


def _chips(request: HttpRequest, edition: Edition, chosen: str) -> list[dict[str, Any]]:
    missing = selectors.missing_by_language(edition)
    return [
        {
            "label": _("Missing in: %(language)s") % {"language": LANGUAGE_NAMES[code]},
            "url": f"{request.path}?edition={edition.year}&missing={code}",
            "is_on": code == chosen,
            "count": count,
        }
        for code, count in missing.items()
    ]


@about_a_text(SEE)
def content_edit(request: HttpRequest, place: Place) -> HttpResponse:
    """The draft in three languages; saving it changes nothing for the public."""
    draft = contents.draft_of(place.record) if place.record.pk else None
    form_class = FORMS[place.kind][1]
    if request.method == "POST" and request.user.has_perm(WRITE):
        form = form_class(request.POST, record=place.record, draft=draft)
        if form.is_valid():
            done = _save(request, place, form)
            if done is not None:
                return done
    else:
        form = form_class(record=place.record, draft=draft)
    return _show(request, "content_edit.html", _about(request, place, draft) | {"form": form})


def _save(request: HttpRequest, place: Place, form: ContentForm) -> HttpResponse | None:
    record = site.the_statement() if place.kind == "statement" else place.record
    try:
        contents.save_draft(
            record,
            content=form.content,
            seen=form.cleaned_data["seen"],
            actor=request.user,
            now=timezone.now(),
        )
    except contents.DraftChanged as error:
        messages.error(request, _changed_by(error))
        return None
    messages.success(request, _("The draft is saved. The public does not see it yet."))
    return redirect(place.url("edit"))


def _changed_by(error: contents.DraftChanged) -> str:
    return _(
        "This text has been changed in the meantime (%(who)s). What you typed still "
        "stands here; open the page in another window to compare, then copy it over."
    ) % {"who": error.by or _("not known")}


def _about(request: HttpRequest, place: Place, draft: ContentVersion | None) -> dict[str, Any]:
    """What the pages about one text share."""
    versions = list(selectors.history(place.record)) if place.record.pk else []
    return {
        "title": str(place.record),
        "place": place,
        "draft": draft,
        "versions": [_version_row(request, place, version) for version in versions],
        "changes": differences(place.record, place.record.content, draft.content) if draft else [],
        "previews": [(name, place.url("preview", code)) for code, name in LANGUAGE_NAMES.items()],
        "urls": {name: place.url(name) for name in ("edit", "publish", "drop")},
        "list_url": _list_url(place),
        "may_write": request.user.has_perm(WRITE),
    }


def _list_url(place: Place) -> str:
    edition = getattr(place.record, "edition", None)
    query = f"?edition={edition.year}" if edition else ""
    return reverse("admin:programme_content_list") + query


def _version_row(request: HttpRequest, place: Place, version: ContentVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "moment": moment(version.published_at, request.user.language),
        "who": version.published_by,
        "note": version.note,
        "brought_back": version.brought_back.number if version.brought_back else None,
        "url": place.url("version", version.number),
    }


@require_safe
@about_a_text(SEE)
def content_preview(request: HttpRequest, place: Place, language: str) -> HttpResponse:
    """The public page in one language as it will be once the draft is published."""
    if language not in LANGUAGE_NAMES:
        raise Http404(language)
    draft = contents.draft_of(place.record) if place.record.pk else None
    if draft is not None:
        place.record.take(draft.content)
    now = timezone.now()
    edition = getattr(place.record, "edition", None) or Edition.objects.in_force(now)
    page = PAGES[page_of(place.record)]
    with translation.override(language):
        context = page.context(Moment(edition, now, place.record))
        context["language_links"] = [
            (code, name, place.url("preview", code), code == language)
            for code, name in LANGUAGE_NAMES.items()
        ]
        return HttpResponse(render_to_string(page.template, context, request))


@about_a_text(WRITE)
def content_publish(request: HttpRequest, place: Place) -> HttpResponse:
    """What will change, word by word; then one button makes it public."""
    draft = contents.draft_of(place.record) if place.record.pk else None
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect(place.url("edit"))
    form = PublishForm(request.POST or None, initial={"seen": draft.revision})
    if request.method == "POST" and form.is_valid():
        try:
            version = contents.publish(
                place.record, **form.cleaned_data, actor=request.user, now=timezone.now()
            )
        except (contents.DraftChanged, contents.NothingToPublish):
            messages.error(
                request, _("The draft has changed in the meantime. Please look at it once more.")
            )
            return redirect(place.url("publish"))
        messages.success(request, _("Published as version %(n)s.") % {"n": version.number})
        return redirect(place.url("edit"))
    return _show(request, "content_publish.html", _about(request, place, draft) | {"form": form})


@require_POST
@about_a_text(WRITE)
def content_drop(request: HttpRequest, place: Place) -> HttpResponse:
    """Throw the draft away."""
    form = SeenForm(request.POST)
    try:
        seen = form.cleaned_data["seen"] if form.is_valid() else -1
        contents.drop_draft(place.record, seen=seen, actor=request.user, now=timezone.now())
    except (contents.DraftChanged, contents.NothingToPublish):
        messages.error(
            request, _("The draft has changed in the meantime. Please look at it once more.")
        )
    else:
        messages.success(request, _("The draft is gone. What is published stays as it is."))
    return redirect(place.url("edit"))


def _version_or_404(place: Place, number: int) -> ContentVersion:
    return get_object_or_404(selectors.history(place.record), number=number)


@require_safe
@about_a_text(SEE)
def content_version(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """One version: what it changed, and how it differs from what is published now."""
    version = _version_or_404(place, number)
    before = selectors.history(place.record).filter(number__lt=number).first()
    draft = contents.draft_of(place.record)
    context = _about(request, place, draft) | {
        "version": _version_row(request, place, version),
        "own_changes": differences(place.record, before.content if before else {}, version.content),
        "since": differences(place.record, version.content, place.record.content),
        "restore_url": place.url("restore", number),
    }
    return _show(request, "content_version.html", context)


@require_POST
@about_a_text(WRITE)
def content_restore(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Make a draft of an older version."""
    version = _version_or_404(place, number)
    try:
        contents.bring_back(place.record, version, actor=request.user, now=timezone.now())
    except contents.DraftExists:
        messages.error(
            request, _("There is a draft already. Publish it or throw it away first, please.")
        )
    else:
        messages.success(
            request, _("The older version is now the draft. Look at it, then publish it.")
        )
    return redirect(place.url("edit"))


@require_POST
@permission_required(WRITE, raise_exception=True)
def question_add(request: HttpRequest, edition_pk: int) -> HttpResponse:
    """A new question at the end of the list."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    question = site.add_question(edition, actor=request.user, now=timezone.now())
    return redirect("admin:programme_content_edit", "question", question.pk)


@require_POST
@permission_required(WRITE, raise_exception=True)
def question_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Up, down, shown, hidden."""
    question = get_object_or_404(FrequentQuestion.objects.select_related("edition"), pk=pk)
    form, now = MoveForm(request.POST), timezone.now()
    if form.is_valid():
        deed = form.cleaned_data["deed"]
        if deed in ("up", "down"):
            site.move_question(question, is_up=deed == "up", actor=request.user, now=now)
        else:
            site.show_question(question, is_visible=deed == "show", actor=request.user, now=now)
    return redirect(_list_url(Place("question", question)) + "#questions")
