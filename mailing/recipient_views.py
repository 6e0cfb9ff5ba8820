"""Panel pages of lists of recipients: the file, its columns, each line with its verdict."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import exports
from core.admin import panel_context
from core.brought_tables import AlreadyDone, rows_of
from core.counts import Count
from core.imports import ImportRefused
from core.table_forms import sample, verdict_chips
from core.verdicts import counts_of, of_state
from mailing.models import RecipientList
from mailing.recipient_forms import LinesForm, RecipientColumnsForm, RecipientFileForm
from mailing.services import recipient_lists as lists
from mailing.services.recipient_verdicts import State, Verdict

PAGE_ROWS = 100
TAGS = {State.WRONG: "bad", State.DUPLICATE: "late", State.TAKEN: "good"}
may_import = permission_required("mailing.import_recipients", raise_exception=True)


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file and give the list a name."""
    form = RecipientFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        record = _take(request, form)
        if record is not None:
            return redirect("admin:mailing_recipient_columns", record.pk)
    context = panel_context(request) | {"form": form, "title": _("Bring a list of recipients")}
    status = 422 if form.errors else 200
    return render(request, "mailing/recipients_new.html", context, status=status)


def _take(request: HttpRequest, form: RecipientFileForm) -> RecipientList | None:
    """Hold the list; a refusal becomes an error beside its file."""
    file = form.cleaned_data["file"]
    try:
        return lists.prepare_list(
            title=form.cleaned_data["title"],
            name=file.name,
            content=file.read(),
            actor=request.user,
            now=timezone.now(),
        )
    except ImportRefused as refused:
        form.add_error("file", str(refused))
        return None


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is which, beside a sample of the file as it is read."""
    record = get_object_or_404(RecipientList, pk=pk)
    if not record.is_waiting:
        return redirect("admin:mailing_recipientlist_change", record.pk)
    rows = rows_of(record)
    form = RecipientColumnsForm(record, list(rows[0]) if rows else [], request.POST or None)
    if request.method == "POST" and form.is_valid() and _set_columns(record, form):
        is_other = form.cleaned_data.get("encoding", record.encoding) != record.encoding
        page = "recipient_columns" if is_other else "recipient_preview"
        return redirect(f"admin:mailing_{page}", record.pk)
    context = panel_context(request) | sample(rows)
    context |= {"title": _("Columns of the list"), "record": record, "form": form}
    status = 422 if form.errors else 200
    return render(request, "mailing/recipients_columns.html", context, status=status)


def _set_columns(record: RecipientList, form: RecipientColumnsForm) -> bool:
    """Keep what was chosen; a refusal becomes an error of the form."""
    try:
        lists.set_columns(
            record,
            columns=form.columns(),
            encoding=form.cleaned_data.get("encoding", record.encoding),
            language=form.cleaned_data["language"],
        )
    except ImportRefused as refused:
        form.add_error("encoding", str(refused))
    except lists.NoAddressColumn:
        form.add_error("column_email", _("Choose the column with the e-mail addresses."))
    except AlreadyDone:
        form.add_error(None, _("This list has already been kept or thrown away."))
    return not form.errors


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line with its verdict; what is left out is remembered, nothing else is written."""
    record = get_object_or_404(RecipientList, pk=pk)
    if not record.is_waiting:
        return redirect("admin:mailing_recipientlist_change", record.pk)
    verdicts = lists.preview(record)
    state = request.GET.get("state", "")
    chosen = of_state(verdicts, state)
    page = Paginator(chosen, PAGE_ROWS).get_page(request.GET.get("page"))
    form = LinesForm(list(page.object_list), request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            lists.set_left_out(record, left_out=form.left_out())
        except AlreadyDone:
            messages.error(request, _("This list has already been kept or thrown away."))
        return redirect(request.get_full_path())
    context = panel_context(request) | _shown_page(record, form, page, verdicts, state)
    return render(request, "mailing/recipients_preview.html", context)


def _shown_page(record, form: LinesForm, page, verdicts: list[Verdict], state: str) -> dict:
    counts = counts_of(verdicts)
    return {
        "title": _("Who is on the list"),
        "record": record,
        "form": form,
        "page_obj": page,
        "rows": [_shown(each, form) for each in page.object_list],
        "chips": verdict_chips(State, counts, state),
        "taken": counts.get(str(State.TAKEN), 0),
        "not_taken": counts.get(str(State.WRONG), 0) + counts.get(str(State.DUPLICATE), 0),
    }


def _shown(verdict: Verdict, form: LinesForm) -> dict[str, object]:
    """A row of the preview, ready for the template."""
    return {
        "verdict": verdict,
        "state": str(State(verdict.state).label),
        "kind": TAGS.get(State(verdict.state), "neutral"),
        "is_taken": verdict.state == State.TAKEN,
        "out": form[f"out_{verdict.line}"],
    }


@may_import
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the preview takes."""
    record = get_object_or_404(RecipientList, pk=pk)
    try:
        counts = lists.keep_list(record, actor=request.user, now=timezone.now())
    except AlreadyDone:
        messages.error(request, _("This list has already been kept or thrown away."))
    except lists.NobodyLeft:
        messages.error(request, _("No line of the list can be kept. Nothing was changed."))
        return redirect("admin:mailing_recipient_preview", record.pk)
    else:
        words = _("The list is kept. Recipients: %(n)s.") % {"n": Count(counts[str(State.TAKEN)])}
        messages.success(request, words)
    return redirect("admin:mailing_recipientlist_change", record.pk)


@may_import
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the list and its people away."""
    record = get_object_or_404(RecipientList, pk=pk)
    try:
        lists.drop_list(record, actor=request.user, now=timezone.now())
    except AlreadyDone:
        messages.error(request, _("This list has already been thrown away."))
    else:
        messages.success(request, _("The list is thrown away."))
    return redirect("admin:mailing_recipientlist_changelist")


@may_import
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """All lines with their verdicts as a spreadsheet; `?state=` for those of one state."""
    record = get_object_or_404(RecipientList, pk=pk)
    if not record.is_waiting:
        return redirect("admin:mailing_recipientlist_change", record.pk)
    chosen = of_state(lists.preview(record), request.GET.get("state", ""))
    headings = [
        _("line of the file"),
        _("e-mail address"),
        _("name of the recipient"),
        _("language"),
    ]
    headings += [_("salutation"), _("verdict"), _("notes")]
    return exports.xlsx_response(f"recipients-{record.pk}.xlsx", headings, _sheet_rows(chosen))


def _sheet_rows(verdicts: list[Verdict]) -> Iterator[list[object]]:
    for verdict in verdicts:
        yield [
            verdict.line,
            verdict.email,
            verdict.name,
            verdict.language,
            verdict.salutation,
            str(State(verdict.state).label),
            " ".join(verdict.notes),
        ]
