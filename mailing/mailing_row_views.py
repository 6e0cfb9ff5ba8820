"""Panel pages of the recipients of a mailing: who and why, salutations, previews, a spreadsheet."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit, exports
from core.db import by_alphabet
from mailing import mailing_answers, mailing_groups
from mailing import mailing_tables as tables
from mailing.audiences import BadWish, NoLetter
from mailing.mailing_forms import RowForm, RowsFilterForm
from mailing.mailing_views import find, may_write, refuse_closed, show
from mailing.models import Mailing, MailingRecipient
from mailing.services import mailing_previews as previews_of
from mailing.services import mailing_rows as services
from mailing.services.mailings import NotOpen
from mailing.text_views import DEAD_PAGE, READ_LETTERS

PER_PAGE = 50
may_see = permission_required("mailing.view_mailingrecipient", raise_exception=True)


@require_GET
@may_see
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets this and why, who does not and why (E20); after it began, how far each is (E6)."""
    mailing = find(pk)
    chosen = RowsFilterForm(request.GET).chosen()
    found = Paginator(mailing_groups.rows_shown(mailing, **chosen), PER_PAGE)
    page_obj = found.get_page(request.GET.get("page"))
    is_draft = mailing.is_open_for_changes and request.user.has_perm("mailing.write_mailing")
    context = {
        "title": _("Recipients"),
        "mailing": mailing,
        "page_obj": page_obj,
        "rows": mailing_answers.with_answers(
            [tables.row_of(row, is_draft=is_draft) for row in page_obj], request.user
        ),
        "is_draft": is_draft,
        "may_preview": not mailing.has_ended and request.user.has_perm(READ_LETTERS),
        "may_export": request.user.has_perm("core.export_records"),
        **tables.rows_filter(mailing, chosen),
    }
    context["chips"] += mailing_answers.chip(mailing, request.user, chosen)
    return show(request, "mailing_rows.html", context)


@require_GET
@may_see
def salutations(request: HttpRequest, pk: int) -> HttpResponse:
    """All salutations in one table, each with its number, which opens its rows (E19)."""
    mailing = find(pk)
    context = {
        "title": _("Salutations"),
        "mailing": mailing,
        "rows": tables.salutation_rows(mailing),
    }
    return show(request, "mailing_salutations.html", context)


def _by_hand(verb, done: str):
    """A button beside a recipient: POST only, five moves."""

    @require_POST
    @may_write
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        mailing = find(pk)
        form = RowForm(request.POST, mailing=mailing)
        if form.is_valid():
            try:
                row = verb(form.cleaned_data["row"], actor=request.user, now=timezone.now())
            except NotOpen:
                refuse_closed(request)
            except BadWish as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{row.label}: {_(done)}")
        return redirect(f"{tables.rows_url(mailing)}?{request.GET.urlencode()}")

    view.__name__, view.__doc__ = verb.__name__, verb.__doc__
    return view


leave_out = _by_hand(services.leave_out, "does not get the letter.")
take_in = _by_hand(services.take_in, "gets the letter.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(READ_LETTERS, raise_exception=True)
def previews(request: HttpRequest, pk: int) -> HttpResponse:
    """Five letters as they will arrive, or the one of a chosen recipient (E2, P26).

    A letter is written as it will be and taken back, so it is shown in answer to a POST alone.
    """
    mailing = find(pk)
    asked = RowForm(request.POST, mailing=mailing) if "row" in request.POST else None
    row = asked.cleaned_data["row"] if asked is not None and asked.is_valid() else None
    shown = [row.pk] if row is not None else mailing_groups.spread(mailing)
    people = mailing.recipients.select_related("letter").filter(pk__in=shown)
    context = {
        "title": _("Letters as they will arrive"),
        "mailing": mailing,
        "people": people.order_by(by_alphabet("label"), "pk"),
        "is_one": row is not None,
        "letters": _letters(request, mailing, people) if request.method == "POST" else None,
    }
    return show(request, "mailing_previews.html", context)


def _letters(request: HttpRequest, mailing: Mailing, people) -> list[dict[str, object]]:
    """The letters of some recipients; that they were looked at is noted with the mailing."""
    now = timezone.now()
    letters = [_letter(row, now) for row in people.order_by(by_alphabet("label"), "pk")]
    if mailing.is_open_for_changes and any(one["made"] for one in letters):
        previews_of.note_preview(mailing, actor=request.user, now=now)
    return letters


def _letter(row: MailingRecipient, now) -> dict[str, object]:
    try:
        return {"row": row, "made": previews_of.preview_for(row, now=now), "why_not": ""}
    except NoLetter as error:
        return {"row": row, "made": None, "why_not": _(error.sentence)}


def _chosen_row(request: HttpRequest, pk: int) -> MailingRecipient:
    form = RowForm(request.POST, mailing=find(pk))
    if not form.is_valid():
        raise Http404("no such recipient")
    return form.cleaned_data["row"]


@never_cache
@require_POST
@permission_required(READ_LETTERS, raise_exception=True)
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of one recipient in its layout, on a page that can do nothing."""
    try:
        made = previews_of.preview_for(_chosen_row(request, pk), now=timezone.now())
    except NoLetter as error:
        messages.error(request, _(error.sentence))
        return redirect("admin:mailing_previews", pk)
    response = HttpResponse(made.shown_html)
    response["Content-Security-Policy"] = DEAD_PAGE
    return response


@never_cache
@require_POST
@permission_required(READ_LETTERS, raise_exception=True)
def test_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Send to oneself what this recipient would get, marked TEST (E4)."""
    try:
        previews_of.send_test_of(_chosen_row(request, pk), actor=request.user, now=timezone.now())
    except NoLetter as error:
        messages.error(request, _(error.sentence))
    else:
        words = _("A copy marked TEST is on its way to: %(email)s.")
        messages.success(request, words % {"email": request.user.email})
    return redirect("admin:mailing_page", pk)


@require_POST
@permission_required(["mailing.view_mailingrecipient", "core.export_records"], raise_exception=True)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The recipients that are shown, as a spreadsheet or CSV; who took how many is on the trail."""
    mailing = find(pk)
    found = mailing_groups.rows_shown(mailing, **RowsFilterForm(request.GET).chosen())
    lines = list(_lines(found))
    with transaction.atomic():
        audit.record(
            action="core.records.exported",
            target=request.user,
            actor=request.user,
            model=MailingRecipient._meta.label_lower,
            rows=len(lines),
        )
    if "csv" in request.POST:
        return exports.csv_response(f"mailing-{mailing.pk}.csv", _headings(), lines)
    return exports.xlsx_response(f"mailing-{mailing.pk}.xlsx", _headings(), lines)


def _headings() -> list[str]:
    names = [_("key"), _("record"), _("e-mail address"), _("name of the recipient"), _("language")]
    return [*names, _("salutation"), _("state"), _("why"), _("note"), _("words of the server")]


def _lines(found) -> Iterator[list[object]]:
    for row in found:
        shown = tables.row_of(row, is_draft=False)
        yield [
            row.key,
            row.label,
            row.email,
            row.name,
            row.language,
            row.salutation,
            shown["state"],
            shown["reason"],
            shown["note"],
            shown["error"],
        ]
