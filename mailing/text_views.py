"""The texts of letters in the panel: list, editor with versions, preview, publication."""

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import formats
from core.admin import panel_context
from core.counts import Count
from mailing import registry, selectors, texts
from mailing.mailing_forms import letter_words
from mailing.models import Letter, LetterText
from mailing.services import texts as services
from mailing.text_forms import (
    LetterTextForm,
    PreviewForm,
    PublishForm,
    changes_by,
    placeholder_rows,
    words_of,
)

NEVER = datetime.min.replace(tzinfo=UTC)
READ = "mailing.view_lettertext"
WRITE = "mailing.write_letter_text"
PUBLISH = "mailing.publish_letter_text"
READ_LETTERS = "mailing.read_letter_body"
DEAD_PAGE = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def _known(letter: str) -> registry.LetterKind:
    try:
        return registry.kind(letter)
    except registry.UnknownLetter as error:
        raise Http404 from error


@require_GET
@permission_required(READ, raise_exception=True)
def text_list(request: HttpRequest) -> HttpResponse:
    """Every letter of the house: who gets it, whose words it has, whether a version waits."""
    rows = selectors.letter_texts()
    shelf = texts.Shelf({str(row["letter"]): row["in_force"] for row in rows})
    for row in rows:
        row["name"] = letter_words(str(row["letter"]), shelf)
    context = {"title": _("Texts of letters"), "rows": rows}
    return render(request, "mailing/text_list.html", panel_context(request) | context)


@permission_required(READ, raise_exception=True)
def text_edit(request: HttpRequest, letter: str) -> HttpResponse:
    """Write a version; letters go on as before until it is published."""
    kind = _known(letter)
    chosen = _chosen_version(request, letter)
    data = request.POST if request.method == "POST" else None
    form = LetterTextForm(data, letter=letter, initial=words_of(letter, chosen))
    if data is not None and request.user.has_perm(WRITE) and form.is_valid():
        services.save_text(
            letter,
            words=form.cleaned_data,
            note=form.cleaned_data["note"],
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The version is saved. It is not in force until published."))
        return redirect("admin:mailing_text_edit", letter)
    return _editor(request, letter, kind, form, chosen)


def _chosen_version(request: HttpRequest, letter: str) -> LetterText | None:
    """The version asked for, else the newest, so that an unpublished one is gone on with."""
    versions = LetterText.objects.of(letter)
    asked = request.GET.get("v", "")
    if asked.isdecimal() and len(asked) < 6:
        return get_object_or_404(versions, position=asked)
    return versions.first()


def _editor(request, letter: str, kind, form: LetterTextForm, chosen) -> HttpResponse:
    context = {
        "title": _("Text of a letter"),
        "letter": letter,
        "name": letter_words(letter),
        "who": kind.who,
        "form": form,
        "placeholders": placeholder_rows(letter),
        "preview": _preview_form(request, letter, initial={"language": "pl"}),
        "chosen": chosen,
        "versions": _version_rows(letter),
        "in_force": texts.in_force(letter),
        "may_write": request.user.has_perm(WRITE),
        "is_draft": _is_draft(chosen),
        "changes": changes_by(chosen) if chosen is not None and _is_draft(chosen) else [],
        "may_publish": _may_publish(request, chosen),
        "waits_for_colleague": _waits_for_colleague(request, chosen),
        "waiting": services.waiting_with_other_words(letter).count(),
    }
    return render(request, "mailing/text_edit.html", panel_context(request) | context)


def _preview_form(request: HttpRequest, letter: str, *data, **options) -> PreviewForm:
    """Letters of people are offered only to those who may read them anyway (P26)."""
    may_read = request.user.has_perm(READ_LETTERS)
    return PreviewForm(*data, letter=letter, may_read_letters=may_read, **options)


def _is_draft(chosen: LetterText | None) -> bool:
    return chosen is not None and chosen.published_at is None


def _may_publish(request: HttpRequest, chosen: LetterText | None) -> bool:
    may = _is_draft(chosen) and request.user.has_perm(PUBLISH)
    return may and not _waits_for_colleague(request, chosen)


def _waits_for_colleague(request: HttpRequest, chosen: LetterText | None) -> bool:
    needs_another = _is_draft(chosen) and chosen.needs_second_person
    return needs_another and chosen.written_by_id == request.user.pk


def _version_rows(letter: str) -> list[dict[str, object]]:
    language = get_language() or "pl"
    return [
        {
            "version": version,
            "written": formats.moment(version.written_at, language),
            "published": formats.moment(version.published_at, language)
            if version.published_at
            else "",
        }
        for version in LetterText.objects.of(letter).select_related("written_by", "published_by")
    ]


@require_POST
@permission_required(READ, raise_exception=True)
def text_preview(request: HttpRequest, letter: str) -> HttpResponse:
    """What stands in the editor, as a chosen person would get it. Nothing is saved or sent."""
    _known(letter)
    form = LetterTextForm(request.POST, letter=letter)
    if not form.is_valid():
        return _editor(request, letter, registry.kind(letter), form, None)
    choice = _preview_form(request, letter, request.POST)
    like = choice.cleaned_data["like"] if choice.is_valid() else None
    language = choice.cleaned_data.get("language") or "pl"
    made = services.preview(letter, words=form.cleaned_data, like=like, language=language)
    if "layout" in request.POST:
        return _dead_page(made.html)
    context = {
        "title": _("Preview of a letter"),
        "letter": letter,
        "form": form,
        "made": made,
        "like": like,
        "choice": choice,
        "pieces": services.marked(made, letter=letter, words=form.cleaned_data, like=like),
    }
    return render(request, "mailing/text_preview.html", panel_context(request) | context)


def _dead_page(html: str) -> HttpResponse:
    """A letter in its layout on a page that can do nothing; its links lead nowhere."""
    letter = Letter(stored_html=html)
    response = HttpResponse(letter.shown_html)
    response["Content-Security-Policy"] = DEAD_PAGE
    return response


@require_POST
@permission_required(PUBLISH, raise_exception=True)
def publish_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a version into force."""
    version = get_object_or_404(LetterText, pk=pk)
    form = PublishForm(request.POST)
    try:
        seen = form.cleaned_data["seen"] if form.is_valid() else NEVER
        services.publish_text(version, seen=seen, actor=request.user, now=timezone.now())
    except services.TextChanged:
        messages.error(request, _("The text has changed in the meantime. Please look at it again."))
    except services.NeedsSecondPerson:
        messages.error(request, _("This letter goes to many: a colleague publishes its text."))
    except services.AlreadyPublished:
        messages.error(request, _("This version was published before."))
    else:
        messages.success(request, _("From now on letters are written with this version."))
    return redirect("admin:mailing_text_edit", version.letter)


@require_POST
@permission_required("mailing.release_letter", raise_exception=True)
def rebuild_letters(request: HttpRequest, letter: str) -> HttpResponse:
    """Write the letters that wait for release anew, with the words in force."""
    _known(letter)
    rebuilt = services.rebuild_waiting(letter, actor=request.user, now=timezone.now())
    messages.success(request, _("Written anew: %(many)s.") % {"many": Count(len(rebuilt.done))})
    for draft, reason in rebuilt.not_done[:10]:
        messages.error(request, f"{draft.to}: {reason}")
    return redirect("admin:mailing_text_edit", letter)


@never_cache
@require_POST
@permission_required(READ_LETTERS, raise_exception=True)
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send this letter, marked TEST, to oneself."""
    like = get_object_or_404(Letter, pk=pk)
    services.send_test(like, actor=request.user, now=timezone.now())
    words = _("A copy marked TEST is on its way to: %(email)s.") % {"email": request.user.email}
    messages.success(request, words)
    return redirect("admin:mailing_letter_change", pk)
