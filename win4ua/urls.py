"""Every address of the house. Public pages carry their language as a prefix; Polish has none."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from core import views
from programme import views as programme
from programme.sitemaps import SiteMap
from win4ua.health import healthz

SITEMAPS = {"public": SiteMap}

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("robots.txt", programme.robots, name="robots"),
    path("favicon.ico", programme.favicon, name="favicon"),
    path("sitemap.xml", login_not_required(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
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
