"""Panel pages about accounts and personal links: roles, first password, lost phone."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import second_factor, services, uploads
from core.forms import RolesForm
from core.models import CapabilityLink, StoredFile, User
from core.panel_site import panel_context


@permission_required("core.add_user", raise_exception=True)
def user_roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Which roles a person has."""
    user = get_object_or_404(User, pk=pk)
    form = RolesForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        try:
            services.set_roles(user, wanted=form.cleaned_data["roles"], actor=request.user)
        except services.NotYourOwn:
            form.add_error(None, _("Nobody changes their own roles. Ask another administrator."))
        except services.RoleNotYours:
            form.add_error(None, _("Only an administrator changes the roles of staff."))
        else:
            messages.success(request, _("The roles have been saved."))
            return redirect("admin:core_user_change", pk)
    return render(
        request, "core/user_roles.html", panel_context(request) | {"form": form, "person": user}
    )


@require_POST
@permission_required("core.change_user", raise_exception=True)
def give_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A first password, shown once on this page."""
    user = get_object_or_404(User, pk=pk)
    try:
        password = services.give_password(user, actor=request.user)
    except services.NotYourOwn:
        messages.error(request, _("You change your own password under your name, at the top."))
        return redirect("admin:core_user_change", pk)
    shown = {"person": user, "password": password}
    return render(request, "core/password_given.html", panel_context(request) | shown)


@require_POST
@permission_required("core.reset_second_factor", raise_exception=True)
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """The person sets up a new phone at the next sign-in."""
    user = get_object_or_404(User, pk=pk)
    try:
        second_factor.reset(user, actor=request.user)
    except PermissionError:
        messages.error(request, _("Nobody resets their own phone. Ask another administrator."))
    else:
        messages.success(request, _("At the next sign-in the person will set up a new phone."))
    return redirect("admin:core_user_change", pk)


@require_POST
@permission_required("core.change_user", raise_exception=True)
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The person can no longer sign in."""
    user = get_object_or_404(User, pk=pk)
    try:
        services.close_account(user, actor=request.user)
    except services.NotYourOwn:
        messages.error(request, _("Nobody closes their own account."))
    else:
        messages.success(request, _("The account is closed."))
    return redirect("admin:core_user_change", pk)


@require_POST
@permission_required("core.change_user", raise_exception=True)
def open_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The person can sign in again."""
    services.open_account(get_object_or_404(User, pk=pk), actor=request.user)
    messages.success(request, _("The account is open again."))
    return redirect("admin:core_user_change", pk)


@require_POST
@permission_required("core.revoke_capabilitylink", raise_exception=True)
def revoke_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The link and its likes stop working at the next request."""
    link = get_object_or_404(CapabilityLink, pk=pk)
    services.revoke_link(link, actor=request.user, now=timezone.now())
    messages.success(request, _("The link no longer works."))
    return redirect("admin:core_capabilitylink_change", pk)


@permission_required("core.view_storedfile", raise_exception=True)
def download_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that somebody sent, once it was found clean."""
    return uploads.download_response(get_object_or_404(StoredFile, pk=pk))
