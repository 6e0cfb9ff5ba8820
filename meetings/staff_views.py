"""The larger screens of this room in the panel."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.admin import panel_context
from core.exports import xlsx_response
from core.states import TransitionNotAllowed
from meetings import selectors, services
from meetings.forms import AttendanceForm, RemindForm, ReturnForm
from meetings.guest_list import guest_list
from meetings.models import Declaration, InformationSession
from programme.models import Edition


@permission_required("meetings.change_sessionchoice", raise_exception=True)
def invite(request, edition_pk):
    """Who will be invited to the sessions; one button writes the letters as drafts."""
    edition, now = get_object_or_404(Edition, pk=edition_pk), timezone.now()
    if request.method == "POST":
        try:
            invited = services.invite_to_sessions(edition, actor=request.user, now=now)
        except services.NoSessions:
            messages.error(request, _("No session lies ahead. Please add the dates first."))
        else:
            messages.success(
                request, _("Invitations written as drafts: %(n)s") % {"n": len(invited)}
            )
        return redirect("admin:meetings_invite", edition.pk)
    context = {
        "edition": edition,
        "sessions": selectors.upcoming_sessions(edition, now=now),
        "surveys": selectors.awaiting_invitation(edition),
    }
    return render(request, "meetings/staff_invite.html", panel_context(request) | context)


@permission_required("meetings.change_sessionchoice", raise_exception=True)
def remind(request, edition_pk):
    """Who has not answered; those ticked get a reminder, written as a draft (S10)."""
    edition, now = get_object_or_404(Edition, pk=edition_pk), timezone.now()
    silent = selectors.unanswered(edition)
    form = RemindForm(request.POST or None, silent=silent)
    if request.method == "POST" and form.is_valid():
        try:
            written = services.remind_unanswered(
                edition, choices=form.cleaned_data["choices"], actor=request.user, now=now
            )
        except services.NoSessions:
            messages.error(request, _("No session lies ahead. Please add the dates first."))
        else:
            messages.success(request, _("Reminders written as drafts: %(n)s") % {"n": written})
        return redirect("admin:meetings_remind", edition.pk)
    context = {"edition": edition, "silent": silent, "form": form}
    return render(request, "meetings/staff_remind.html", panel_context(request) | context)


@permission_required("meetings.change_sessionchoice", raise_exception=True)
def session_day(request, pk):
    """Who comes on this date; attendance is ticked here (S6)."""
    session = get_object_or_404(InformationSession.objects.select_related("edition"), pk=pk)
    guests = selectors.guests(session)
    form = AttendanceForm(request.POST or None, guests=guests)
    if request.method == "POST" and form.is_valid():
        present = form.cleaned_data["present"]
        try:
            services.mark_all(guests, present=present, actor=request.user, now=timezone.now())
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Attendance is saved."))
        return redirect("admin:meetings_session_day", session.pk)
    context = {
        "session": session,
        "guests": guests,
        "people": sum(choice.people for choice in guests),
        "form": form,
    }
    return render(request, "meetings/staff_session.html", panel_context(request) | context)


@require_POST
@permission_required("meetings.change_sessionchoice", raise_exception=True)
def follow_up(request, pk):
    """Write the letters after the session as drafts."""
    session = get_object_or_404(InformationSession, pk=pk)
    written = services.follow_up(session, actor=request.user, now=timezone.now())
    messages.success(request, _("Letters after the session: %(n)s") % {"n": written})
    return redirect("admin:meetings_session_day", session.pk)


@require_safe
@permission_required("meetings.view_sessionchoice", raise_exception=True)
def export(request, pk):
    """The list of the session as xlsx."""
    session = get_object_or_404(InformationSession, pk=pk)
    columns, rows = guest_list(session)
    return xlsx_response(f"session-{session.starts_at:%Y-%m-%d}.xlsx", columns, rows)


@require_POST
@permission_required("meetings.change_declaration", raise_exception=True)
def accept_declaration(request, pk):
    """Accept: the host enters the pool."""
    declaration = get_object_or_404(Declaration.objects.for_table(), pk=pk)
    try:
        services.accept_declaration(declaration, actor=request.user, now=timezone.now())
    except services.MentorMissing:
        messages.error(request, _("The mentor has not confirmed yet."))
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Accepted. The letter is waiting in the outbox."))
    return redirect("admin:meetings_declaration_change", pk)


@permission_required("meetings.change_declaration", raise_exception=True)
def return_declaration(request, pk):
    """Send back with a reason."""
    declaration = get_object_or_404(Declaration.objects.for_table(), pk=pk)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_declaration(
                declaration,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Returned. The letter is waiting in the outbox."))
        return redirect("admin:meetings_declaration_change", pk)
    return render(
        request,
        "meetings/staff_return.html",
        panel_context(request) | {"form": form, "declaration": declaration},
    )
