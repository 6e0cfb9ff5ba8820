"""Panel pages of lists: the file, its columns, what would change, and the applying."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Page, Paginator
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
from core.table_forms import TableColumnsForm, sample, verdict_chips
from core.verdicts import counts_of, of_state
from programme.list_columns import fields_of
from programme.list_forms import ChoicesForm, ListFileForm
from programme.models import ListImport
from programme.services import list_imports as lists
from programme.services.list_verdicts import OPEN_QUESTIONS, WRITTEN, State, Verdict
from programme.staff_views import may_import

PAGE_ROWS = 100
TAGS = {
    State.SEVERAL: "waiting",
    State.NOT_FOUND: "bad",
    State.WRONG: "bad",
    State.DUPLICATE: "bad",
    State.NEW: "good",
    State.CHANGED: "good",
    State.ENDED: "late",
}


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a list and its day."""
    form = ListFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        record = _take(request, form)
        if record is not None:
            return redirect("admin:programme_list_columns", record.pk)
    context = panel_context(request) | {"form": form, "title": _("Lists of members and contacts")}
    return render(
        request, "programme/staff_list_new.html", context, status=422 if form.errors else 200
    )


def _take(request: HttpRequest, form: ListFileForm) -> ListImport | None:
    """Keep the list; a refusal becomes an error beside its file."""
    file = form.cleaned_data["file"]
    try:
        return lists.prepare_list(
            form.cleaned_data["kind"],
            name=file.name,
            content=file.read(),
            as_of=form.cleaned_data["as_of"],
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
    record = get_object_or_404(ListImport, pk=pk)
    if not record.is_waiting:
        return redirect("admin:programme_listimport_change", record.pk)
    rows = rows_of(record)
    headings = list(rows[0]) if rows else []
    fields = fields_of(record.kind)
    form = TableColumnsForm(record, headings, request.POST or None, fields=fields)
    if request.method == "POST" and form.is_valid() and _set_columns(record, form):
        is_other = form.cleaned_data.get("encoding", record.encoding) != record.encoding
        return redirect(f"admin:programme_list_{'columns' if is_other else 'preview'}", record.pk)
    context = panel_context(request) | sample(rows)
    context |= {"title": _("Columns of the list"), "record": record, "form": form}
    return render(
        request, "programme/staff_list_columns.html", context, status=422 if form.errors else 200
    )


def _set_columns(record: ListImport, form: TableColumnsForm) -> bool:
    """Keep what was chosen; a refusal becomes an error of the form."""
    encoding = form.cleaned_data.get("encoding", record.encoding)
    try:
        lists.set_columns(record, columns=form.columns(), encoding=encoding)
    except ImportRefused as refused:
        form.add_error("encoding", str(refused))
    except lists.NothingToTellBy:
        form.add_error(
            "column_teryt",
            _("Choose the column with the TERYT code, or the one with the name of the gmina."),
        )
    except AlreadyDone:
        form.add_error(None, _("This list has already been applied or thrown away."))
    return not form.errors


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row with its verdict; choices are kept, nothing else is written."""
    record = get_object_or_404(ListImport, pk=pk)
    if not record.is_waiting:
        return redirect("admin:programme_listimport_change", record.pk)
    verdicts = lists.preview(record)
    state = request.GET.get("state", "")
    chosen = of_state(verdicts, state)
    page = Paginator(chosen, PAGE_ROWS).get_page(request.GET.get("page"))
    form = ChoicesForm(list(page.object_list), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lists.set_choices(record, chosen=form.chosen(), left_out=form.left_out())
        except AlreadyDone:
            messages.error(request, _("This list has already been applied or thrown away."))
        return redirect(request.get_full_path())
    context = panel_context(request) | _shown_page(record, form, page, verdicts, state)
    return render(request, "programme/staff_list.html", context)


def _shown_page(
    record: ListImport, form: ChoicesForm, page: Page, verdicts: list[Verdict], state: str
) -> dict[str, object]:
    """The rows of the page; how many would be written, and how many ask something."""
    counts = counts_of(verdicts)
    return {
        "title": _("What the list would change"),
        "record": record,
        "form": form,
        "page_obj": page,
        "rows": [_shown(each, form) for each in page.object_list],
        "chips": verdict_chips(State, counts, state),
        "is_membership": record.kind != ListImport.Kind.CONTACTS,
        "counts": counts,
        "written": sum(each.state in (*WRITTEN, State.ENDED) for each in verdicts),
        "open_questions": sum(each.state in OPEN_QUESTIONS for each in verdicts),
    }


def _shown(verdict: Verdict, form: ChoicesForm) -> dict[str, object]:
    """A row of the preview, ready for the template."""
    line = verdict.line
    return {
        "line": line or "",
        "told": verdict.shown_name,
        "state": str(State(verdict.state).label),
        "kind": TAGS.get(State(verdict.state), "neutral"),
        "gmina": _gmina_words(verdict),
        "changes": [_change_words(change) for change in verdict.changes],
        "notes": verdict.notes,
        "choice": form[f"gmina_{line}"] if f"gmina_{line}" in form.fields else None,
        "out": form[f"out_{line}"] if line else None,
    }


def _gmina_words(verdict: Verdict) -> str:
    gmina = verdict.gmina
    return f"{gmina.name} ({gmina.teryt}), {gmina.powiat}" if gmina else ""


def _change_words(change: tuple[str, str, str]) -> str:
    what, was, becomes = change
    return f"{what}: {was} \u2192 {becomes}" if was else f"{what}: {becomes}"


@may_import
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the preview shows."""
    record = get_object_or_404(ListImport, pk=pk)
    try:
        counts = lists.apply_list(record, actor=request.user, now=timezone.now())
    except AlreadyDone:
        messages.error(request, _("This list has already been applied or thrown away."))
    else:
        written = sum(counts.get(str(state), 0) for state in (*WRITTEN, State.ENDED))
        messages.success(
            request,
            _("The list is applied. Rows that changed something: %(n)s.") % {"n": Count(written)},
        )
    return redirect("admin:programme_listimport_change", record.pk)


@may_import
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the list away."""
    record = get_object_or_404(ListImport, pk=pk)
    try:
        lists.drop_list(record, actor=request.user, now=timezone.now())
    except AlreadyDone:
        messages.error(request, _("This list has already been applied or thrown away."))
    else:
        messages.success(request, _("The list is thrown away. Nothing was changed."))
    return redirect("admin:programme_listimport_changelist")


@may_import
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """All rows with their verdicts as a spreadsheet; `?state=` for those of one state."""
    record = get_object_or_404(ListImport, pk=pk)
    if not record.is_waiting:
        return redirect("admin:programme_listimport_change", record.pk)
    chosen = of_state(lists.preview(record), request.GET.get("state", ""))
    fields = [field for field in fields_of(record.kind) if field in record.columns]
    headings = [record.columns[field] for field in fields]
    headings += [_("line of the file"), _("verdict"), _("gmina"), _("changes"), _("notes")]
    rows = _sheet_rows(chosen, fields)
    return exports.xlsx_response(f"{record.kind}-{record.pk}.xlsx", headings, rows)


def _sheet_rows(verdicts: list[Verdict], fields: list[str]) -> Iterator[list[object]]:
    for verdict in verdicts:
        yield [
            *(verdict.told.get(field, "") for field in fields),
            verdict.line or None,
            str(State(verdict.state).label),
            _gmina_words(verdict),
            "; ".join(_change_words(change) for change in verdict.changes),
            " ".join(verdict.notes),
        ]
