"""Every address of the house. Public pages carry their language as a prefix; Polish has none."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from core import views
from win4ua.health import healthz

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("anymail/", include("mailing.webhooks")),
    *i18n_patterns(
        path("wyloguj/", views.sign_out, name="sign_out"),
        path("", include("core.urls")),
        path("", include("mailing.urls")),
        path("", include("programme.urls")),
        path("", include("applications.urls")),
        path("", include("meetings.urls")),
        path("", include("matching.urls")),
        path("", include("grants.urls")),
        prefix_default_language=False,
    ),
]
