"""Views that go wrong in each way, to see what a person gets."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import path

from win4ua import urls as house

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"


@login_not_required
def fails(request):
    """A mistake of ours."""
    raise ZeroDivisionError("a mistake of ours")


@login_not_required
def forbids(request):
    """No right to the function."""
    raise PermissionDenied


@login_not_required
def misunderstands(request):
    """A request that makes no sense."""
    raise SuspiciousOperation("makes no sense")


urlpatterns = [
    *i18n_patterns(
        path("fails/", fails),
        path("forbids/", forbids),
        path("misunderstands/", misunderstands),
        prefix_default_language=False,
    ),
    *house.urlpatterns,
]
