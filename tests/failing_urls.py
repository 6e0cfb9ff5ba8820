"""Views that go wrong in each way, to see what a person gets."""

from datetime import timedelta

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import path

from core.limits import TooMany
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


@login_not_required
def hurries(request):
    """Somebody who did it too often."""
    raise TooMany(timedelta(seconds=61))


urlpatterns = [
    *i18n_patterns(
        path("fails/", fails),
        path("forbids/", forbids),
        path("misunderstands/", misunderstands),
        path("hurries/", hurries),
        prefix_default_language=False,
    ),
    *house.urlpatterns,
]
