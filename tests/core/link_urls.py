"""Addresses for the tests of personal links."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from core import views

handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
urlpatterns = [
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("wyloguj/", views.sign_out, name="sign_out"),
        path("", include("tests.core.test_links")),
        prefix_default_language=False,
    ),
]
