"""Panel pages on which a mailing is begun and prepared, and its own page with what it waits for."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.admin import edition_of, panel_context, timeline_items
from core.uploads import FileRefused
from mailing import (
    mailing_answers,
    mailing_choice,
    mailing_lost,
    mailing_selectors,
    registry,
)
from mailing import mailing_tables as tables
from mailing.audiences import Audience, BadWish, UnknownAudience, audience, audiences_for
from mailing.enums import MailingStatus
from mailing.mailing_forms import (
    FileForm,
    MailingWordsForm,
    PaceForm,
    WhatForm,
    WishForm,
    what_value,
)
from mailing.models import Mailing, MailingAttachment
from mailing.services import mailing_choices as choices
from mailing.services import mailing_rows as rows
from mailing.services import mailings as services
from mailing.services.mailing_words import needed, words_of
from mailing.services.texts import TextsRefused
from mailing.text_forms import placeholder_rows

WRITE = "mailing.write_mailing"
READ = "mailing.view_mailing"
STEPS = ("new", "choose", "words", "pace", "files")
may_write = permission_required(WRITE, raise_exception=True)


def find(pk: int) -> Mailing:
    """The mailing with its people, for a page about it."""
    people = ("author", "changed_by", "proposed_by", "approved_by", "paused_by", "text")
    return get_object_or_404(Mailing.objects.select_related(*people), pk=pk)


def show(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page of the panel about a mailing, with the frame around it."""
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    whole = panel_context(request) | dict(context)
    return render(request, f"mailing/{template}", whole, status=status)


def refuse_closed(request: HttpRequest) -> None:
    """Somebody has proposed, sent or cancelled it meanwhile."""
    messages.error(request, _("The mailing cannot be changed any more. Take it back first."))


@require_GET
@permission_required(READ, raise_exception=True)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One mailing: what it is, what it waits for, how far it is, and what can be done now."""
    mailing, now = find(pk), timezone.now()
    counts = mailing_selectors.counts(mailing)
    context = {
        "title": mailing.title,
        "mailing": mailing,
        "kind": mailing_lost.kind_of(mailing, counts, tables.TAGS[MailingStatus(mailing.status)]),
        "facts": tables.facts(mailing),
        "own_words": tables.own_words(mailing),
        "rights": _rights(request, mailing),
        "counts": counts,
        "timeline_items": timeline_items(mailing, request.user.language),
        **_of_status(mailing, counts, request.user, now),
    }
    return show(request, "mailing_page.html", context)


def _rights(request: HttpRequest, mailing: Mailing) -> dict[str, bool]:
    may = request.user.has_perm
    is_second = not (mailing.needs_second_person and mailing.had_a_hand(request.user))
    return {
        "write": may(WRITE),
        "approve": may("mailing.approve_mailing") and is_second,
        "decide": may("mailing.approve_mailing"),
        "stop": may("mailing.stop_mailing"),
        "see_rows": may("mailing.view_mailingrecipient"),
    }


def _of_status(mailing: Mailing, counts: dict[str, int], user, now) -> dict[str, object]:
    """What the page says in this status of the mailing, and no other."""
    if mailing.is_under_way or mailing.has_ended:
        shown = tables.under_way(mailing, counts, now)
        return shown | {"tiles": [*shown["tiles"], *mailing_answers.tile(mailing, user)]}
    found: dict[str, object] = {"tiles": tables.tiles(mailing, counts)}
    if mailing.status == MailingStatus.DRAFT:
        found["tasks"] = tables.tasks(mailing, counts)
        found["missing"] = services.what_is_missing(mailing, now=now)
        found["needs_colleague"] = services.needs_second_person(mailing, actor=user, now=now)
    if mailing.status == MailingStatus.SCHEDULED:
        found["countdown"] = tables.countdown(mailing, now)
    return found


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a mailing; whoever comes from a list brings its filters."""
    wish = _wish_of(request)
    name = request.GET.get("audience", "")
    first = _first_letter(request, name)
    data = request.POST if request.method == "POST" else None
    form = WhatForm(data, offered=_offered(request, name), initial={"what": first})
    if form.is_valid():
        return _begin(request, form, wish, name)
    context = {"title": _("New mailing"), "form": form, "step": 1, "steps": len(STEPS)}
    context["comes_from_list"] = bool(first)
    context["open_drafts"] = _open_drafts(name)
    return show(request, "mailing_new.html", context)


def _wish_of(request: HttpRequest) -> dict[str, object]:
    """The choice that came with the address: filters of a list, a list of recipients."""
    edition = edition_of(request)
    wish: dict[str, object] = {"query": request.GET.get("query", "")[:2000]}
    if edition is not None:
        wish["edition"] = edition.pk
    if (asked := request.GET.get("list", "")).isdecimal() and len(asked) < 10:
        wish = {"list": int(asked)}
    return wish


def _first_letter(request: HttpRequest, name: str) -> str:
    for one in audiences_for(request.user):
        if one.name == name:
            return what_value(name, one.letters[0])
    return ""


def _offered(request: HttpRequest, name: str) -> list[Audience]:
    """Whom a person may write to; coming from a list, those whom its filters can choose from."""
    known = audiences_for(request.user)
    of_list = [one for one in known if name and _is_of_list(one, name)]
    return of_list or known


def _is_of_list(one: Audience, name: str) -> bool:
    """Whether an audience takes the same filters as the one of that name, or is that one."""
    if one.name == name:
        return True
    try:
        return one.panel_model is not None and one.panel_model == audience(name).panel_model
    except UnknownAudience:
        return False


def _open_drafts(name: str) -> list[Mailing]:
    """Mailings to the same audience that are being prepared: they may take the new choice."""
    if not name:
        return []
    drafts = Mailing.objects.filter(audience=name, status=MailingStatus.DRAFT)
    return list(drafts.order_by("-changed_at", "-pk")[:5])


def _begin(request: HttpRequest, form: WhatForm, wish: dict, name: str) -> HttpResponse:
    chosen, letter = form.pair()
    fits = bool(name) and _is_of_list(audience(chosen), name)
    known = wish if fits else {key: wish[key] for key in ("edition",) if key in wish}
    mailing = services.draft_mailing(
        title=form.cleaned_data["title"],
        letter=letter,
        audience=chosen,
        wish=known,
        actor=request.user,
        now=timezone.now(),
    )
    return redirect("admin:mailing_choose", mailing.pk)


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom it goes: filters of a list of the panel, or a list of recipients."""
    mailing = find(pk)
    chosen = audience(mailing.audience)
    wish = _filters(request, mailing, chosen) or mailing.wish
    data = request.POST if request.method == "POST" else None
    form = WishForm(data, of=chosen, wish=wish)
    if form.is_valid() and _choose(request, mailing, wish | form.cleaned_data):
        return redirect(f"admin:mailing_{_after_choice(mailing)}", mailing.pk)
    context = _step(mailing, "choose", _("To whom it goes"), form)
    context["choice"] = mailing_choice.choice(mailing, wish, request.user)
    return show(request, "mailing_choose.html", context)


def _filters(request: HttpRequest, mailing: Mailing, of: Audience) -> dict[str, object]:
    """Filters that came with the address take the place of every choice of records before.

    What else the audience asks stays as it was answered.
    """
    if "query" not in request.GET:
        return {}
    asked = {option.name for option in of.options()}
    answered = {name: mailing.wish[name] for name in asked & set(mailing.wish)}
    return answered | _wish_of(request)


def _choose(request: HttpRequest, mailing: Mailing, wish: dict[str, object]) -> bool:
    try:
        choices.choose(mailing, wish=wish, actor=request.user, now=timezone.now())
    except services.NotOpen:
        refuse_closed(request)
    except BadWish as error:
        messages.error(request, str(error))
        return False
    return True


def _after_choice(mailing: Mailing) -> str:
    return "words" if registry.kind(mailing.letter).has_own_words else "pace"


def _step(mailing: Mailing, name: str, title: str, form) -> dict[str, object]:
    """What every page of the way shows: which step it is, and of how many."""
    own = registry.kind(mailing.letter).has_own_words
    steps = [one for one in STEPS if own or one != "words"]
    return {
        "title": title,
        "mailing": mailing,
        "form": form,
        "step": steps.index(name) + 1,
        "steps": len(steps),
    }


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Subject and text of a mailing with words of its own, three languages side by side."""
    mailing = find(pk)
    if not registry.kind(mailing.letter).has_own_words:
        return redirect("admin:mailing_text_edit", mailing.letter)
    data = request.POST if request.method == "POST" else None
    asked = {"letter": mailing.letter, "needed": needed(mailing)}
    form = MailingWordsForm(data, initial=words_of(mailing), **asked)
    if form.is_valid() and _write(request, mailing, form):
        return redirect("admin:mailing_pace", mailing.pk)
    context = _step(mailing, "words", _("Subject and text"), form)
    context["placeholders"] = placeholder_rows(mailing.letter)
    context["languages"] = tables.languages_words(mailing)
    return show(request, "mailing_words.html", context)


def _write(request: HttpRequest, mailing: Mailing, form: MailingWordsForm) -> bool:
    try:
        choices.write_words(
            mailing, words=form.cleaned_data, actor=request.user, now=timezone.now()
        )
    except services.NotOpen:
        refuse_closed(request)
    except TextsRefused as error:
        for name, sentence in error.errors.items():
            form.add_error(name, sentence)
    return not form.errors


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def pace(request: HttpRequest, pk: int) -> HttpResponse:
    """When it goes, how fast, and how long everything can still be stopped (E5, E21)."""
    mailing = find(pk)
    form = PaceForm(request.POST if request.method == "POST" else None, mailing=mailing)
    if form.is_valid():
        try:
            services.change_mailing(
                mailing, pace=form.pace(), actor=request.user, now=timezone.now()
            )
        except services.NotOpen:
            refuse_closed(request)
        return redirect("admin:mailing_files", mailing.pk)
    return show(request, "mailing_pace.html", _step(mailing, "pace", _("When and how fast"), form))


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Files that go with every letter (E7)."""
    mailing = find(pk)
    is_sent = request.method == "POST"
    form = FileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid() and _attach(request, mailing, form):
        return redirect("admin:mailing_files", mailing.pk)
    context = _step(mailing, "files", _("Attachments"), form)
    context["files"] = mailing.attachments.order_by("pk").defer("content")
    return show(request, "mailing_files.html", context)


def _attach(request: HttpRequest, mailing: Mailing, form: FileForm) -> bool:
    try:
        rows.attach(mailing, form.cleaned_data["file"], actor=request.user, now=timezone.now())
    except services.NotOpen:
        refuse_closed(request)
    except FileRefused as error:
        form.add_error("file", error)
    return not form.errors


@may_write
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not send this file."""
    file = get_object_or_404(MailingAttachment.objects.select_related("mailing"), pk=pk)
    try:
        rows.detach(file, actor=request.user, now=timezone.now())
    except services.NotOpen:
        refuse_closed(request)
    else:
        messages.success(request, _("The file does not go with the letters."))
    return redirect("admin:mailing_files", file.mailing_id)
