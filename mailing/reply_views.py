"""Dealing with replies on the panel."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailing import services
from mailing.models import Reply

may_handle = permission_required("mailing.handle_reply", raise_exception=True)


@require_POST
@may_handle
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """It was answered, or what it asks was done."""
    reply = get_object_or_404(Reply.objects.kept().by_people(), pk=pk)
    try:
        services.handle_reply(reply, actor=request.user, now=timezone.now())
    except services.AlreadyHandled:
        messages.info(request, _("A colleague has already dealt with this reply."))
    else:
        messages.success(request, _("Marked as dealt with."))
    return redirect("admin:mailing_reply_change", pk)


@require_POST
@may_handle
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not for us: nothing of it stays here."""
    reply = get_object_or_404(Reply.objects.kept(), pk=pk)
    services.remove_reply(reply, actor=request.user, now=timezone.now())
    messages.success(request, _("Removed here. The message itself stays in the mailbox."))
    return redirect("admin:mailing_reply_changelist")


@require_POST
@may_handle
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not dealt with after all."""
    reply = get_object_or_404(Reply.objects.kept().by_people(), pk=pk)
    services.reopen_reply(reply, actor=request.user, now=timezone.now())
    messages.success(request, _("The reply waits again."))
    return redirect("admin:mailing_reply_change", pk)
