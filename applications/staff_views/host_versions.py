"""Panel pages about the versions of a survey, and about merging two surveys."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications import (
    answer_sheet,
    host_pdf,
    merge_plan,
    survey_plan,
    version_history,
    wording,
)
from applications.enums import SurveyStatus
from applications.forms.extra_questions import page_form
from applications.forms.host_merge import CompareForm, MergeForm
from applications.models import HostSurvey, SurveyMerge
from applications.selectors.host import surveys_seen_by
from applications.selectors.questions import pages_of
from applications.services import host_merge as services
from applications.services.host_surveys import SurveyIncomplete, WouldChangeDecision
from applications.staff_views.hosts import record, show
from applications.views.host_paper import as_pdf
from core.states import TransitionNotAllowed

WHY_NOT_MERGED = {
    services.ChangedMeanwhile: gettext_lazy(
        "One of the two surveys has changed meanwhile. Please look at it again."
    ),
    services.LeadingDecided: gettext_lazy(
        "The leading survey takes no answers any more. Choose its own answer everywhere "
        "to close the other survey as it is."
    ),
    SurveyIncomplete: gettext_lazy("With these answers something required would be missing."),
    WouldChangeDecision: wording.WOULD_CHANGE_DECISION,
}
SEES = "applications.view_hostsurvey"
READS = "applications.read_host_answers"


def _seen(request: HttpRequest, pk: int) -> HostSurvey:
    """The survey, if this person may know of it; it was sent at least once."""
    known = surveys_seen_by(request.user, HostSurvey.objects.for_table())
    return get_object_or_404(known.exclude(submitted_at=None), pk=pk)


@require_GET
@permission_required(SEES, raise_exception=True)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Any two versions of a survey, question by question (A9)."""
    survey = _seen(request, pk)
    names_too = request.user.has_perm(READS)
    lines = version_history.lines_of(survey, with_people=names_too)
    form = _compared(request, lines)
    positions = [form.cleaned_data["before"], form.cleaned_data["after"]]
    before, after = (
        version_history.answers_of(survey.versions.get(position=each), with_names=names_too)
        for each in positions
    )
    context = {
        "title": _("Versions of the survey"),
        "survey": survey,
        "form": form,
        "changes": version_history.compare(survey, before, after, now=timezone.now()),
        "before": positions[0],
        "after": positions[1],
        "lines": lines,
    }
    return show(request, "versions.html", context)


def _compared(request: HttpRequest, lines: list[version_history.VersionLine]) -> CompareForm:
    """Which two are compared: the last two, unless the address names others."""
    if not lines:
        raise Http404("never sent")
    newest = max(line.position for line in lines)
    names = [(line.position, f"{line.position} – {line.how}") for line in lines]
    asked = {"before": max(1, newest - 1), "after": newest} | request.GET.dict()
    form = CompareForm(asked, versions=names)
    if not form.is_valid():
        raise Http404("no such version")
    return form


@require_GET
@permission_required(SEES, raise_exception=True)
def version(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """All answers of one version."""
    survey = _seen(request, pk)
    chosen = get_object_or_404(survey.versions, position=position)
    answers = version_history.answers_of(chosen, with_names=request.user.has_perm(READS))
    lines = version_history.lines_of(survey, with_people=request.user.has_perm(READS))
    context = {
        "title": _("Version %(position)d of the survey") % {"position": position},
        "survey": survey,
        "line": next(line for line in lines if line.position == position),
        "sections": answer_sheet.of_survey(survey, answers, now=timezone.now()),
    }
    return show(request, "version.html", context)


@require_GET
@permission_required(SEES, raise_exception=True)
def version_pdf(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One version as PDF; without names for whoever does not see them (A20)."""
    survey = _seen(request, pk)
    chosen = get_object_or_404(survey.versions, position=position)
    document = host_pdf.filled_survey(
        survey,
        version_history.answers_of(chosen, with_names=request.user.has_perm(READS)),
        version=position,
        sent_at=chosen.sent_at,
        language=get_language() or "pl",
        now=timezone.now(),
    )
    return as_pdf(document)


@permission_required("applications.merge_surveys", raise_exception=True)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Two surveys side by side: choose for each question, look at what comes of it, merge (A13)."""
    duplicate = get_object_or_404(
        HostSurvey.objects.awaiting_merge().select_related("duplicate_of__gmina", "gmina"), pk=pk
    )
    questions, seen = _questions(duplicate)
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        questions=questions,
        initial={"seen": seen},
    )
    if request.method == "POST" and not form.all_of and form.is_valid():
        if form.wish == "merge":
            return _merge(request, duplicate, form)
        if form.wish == "preview":
            return _preview(request, duplicate, form)
    return _show_merge(request, duplicate, form, seen)


def _questions(duplicate: HostSurvey) -> tuple[list[merge_plan.Question], str]:
    leading, now = duplicate.duplicate_of, timezone.now()
    left, right = leading.newest_answers, duplicate.newest_answers
    rows = merge_plan.questions(
        left,
        right,
        answer_sheet.of_survey(leading, left, now=now),
        answer_sheet.of_survey(duplicate, right, now=now),
    )
    return rows, merge_plan.fingerprint(left, right)


def _show_merge(
    request: HttpRequest, duplicate: HostSurvey, form: MergeForm, seen: str
) -> HttpResponse:
    """The table of choices; `all` chooses one side everywhere, and may still be changed."""
    is_choosing = request.method == "POST"
    rows = [
        {
            "question": question,
            "chosen": form.all_of or (form.data.get(question.key, "") if is_choosing else ""),
            "errors": form.errors.get(question.key) if is_choosing and not form.all_of else None,
        }
        for question in form.questions
    ]
    context = {
        "title": _("Merge two surveys"),
        "duplicate": duplicate,
        "leading": duplicate.duplicate_of,
        "rows": rows,
        "seen": seen,
        "form": form,
        "has_errors": is_choosing and not form.all_of and bool(form.errors),
    }
    return show(request, "merge.html", context)


def _preview(request: HttpRequest, duplicate: HostSurvey, form: MergeForm) -> HttpResponse:
    leading, now = duplicate.duplicate_of, timezone.now()
    pages = pages_of(leading.edition)
    result = merge_plan.merged(
        leading.newest_answers, duplicate.newest_answers, form.choices, pages
    )
    was_sent = leading.submitted_at or duplicate.submitted_at
    gaps = survey_plan.missing(result, pages) if was_sent else {}
    context = {
        "title": _("Look over the merged survey"),
        "duplicate": duplicate,
        "leading": leading,
        "choices": form.choices,
        "seen": form.cleaned_data["seen"],
        "changes": version_history.compare(leading, leading.newest_answers, result, now=now),
        "sections": answer_sheet.of_survey(leading, result, now=now),
        "gaps": [wording.gap_words(str(page_form(one).title)) for one in pages if one.slug in gaps],
    }
    return show(request, "merge_preview.html", context)


def _merge(request: HttpRequest, duplicate: HostSurvey, form: MergeForm) -> HttpResponse:
    """Merge, and say how it went; what cannot be done is said in words."""
    try:
        services.merge_surveys(
            duplicate,
            choices=form.choices,
            seen=form.cleaned_data["seen"],
            actor=request.user,
            now=timezone.now(),
        )
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except tuple(WHY_NOT_MERGED) as error:
        messages.error(request, WHY_NOT_MERGED[type(error)])
    else:
        messages.success(request, _("Merged. The letters wait in the outbox."))
        return record(duplicate.duplicate_of_id)
    return record(duplicate.pk)


@require_POST
@permission_required("applications.merge_surveys", raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the merge by which this survey was closed."""
    duplicate = get_object_or_404(HostSurvey, pk=pk, status=SurveyStatus.MERGED)
    found = get_object_or_404(SurveyMerge, duplicate=duplicate, undone_at=None)
    try:
        services.take_back_merge(found, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except services.CannotTakeBack:
        messages.error(
            request,
            _(
                "The leading survey has gone on since the merge, so it cannot be taken back. "
                "Both surveys as they were stay on record."
            ),
        )
    else:
        messages.success(request, _("The merge is taken back. Both surveys are as they were."))
    return record(pk)
