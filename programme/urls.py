"""Addresses of this room: public pages, and pages of the panel."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from programme import content_views, fetch_views, file_views, list_views, staff_views, views

app_name = "programme"
urlpatterns = [
    path("", views.home, name="home"),
    path("prywatnosc/", views.privacy, name="privacy"),
    path("dostepnosc/", views.accessibility, name="accessibility"),
    path("pytania/", views.questions, name="questions"),
    path("dokumenty/", views.documents, name="documents"),
    path("pliki/<int:pk>/", views.file, name="file"),
    path("znaki/<int:pk>/", views.sign, name="sign"),
]
CONTENT = "texts/<slug:kind>/<int:pk>/"
SITE = [
    path("texts/", content_views.content_list, name="content_list"),
    path(CONTENT, content_views.content_edit, name="content_edit"),
    path(f"{CONTENT}publish/", content_views.content_publish, name="content_publish"),
    path(f"{CONTENT}drop/", content_views.content_drop, name="content_drop"),
    path(
        f"{CONTENT}preview/<slug:language>/", content_views.content_preview, name="content_preview"
    ),
    path(f"{CONTENT}versions/<int:number>/", content_views.content_version, name="content_version"),
    path(
        f"{CONTENT}versions/<int:number>/restore/",
        content_views.content_restore,
        name="content_restore",
    ),
    path("questions/new/<int:edition_pk>/", content_views.question_add, name="question_add"),
    path("questions/<int:pk>/move/", content_views.question_move, name="question_move"),
    path("files/new/<int:edition_pk>/", file_views.file_add, name="file_add"),
    path("files/<int:pk>/", file_views.file_edit, name="file_edit"),
    path("files/versions/<int:pk>/", file_views.file_version, name="file_version"),
    path("files/versions/<int:pk>/restore/", file_views.file_restore, name="file_restore"),
]
staff_urlpatterns = [
    *SITE,
    path("lists/new/", list_views.new, name="new_list"),
    path("lists/<int:pk>/columns/", list_views.columns, name="list_columns"),
    path("lists/<int:pk>/", list_views.preview, name="list_preview"),
    path("lists/<int:pk>/apply/", list_views.apply, name="apply_list"),
    path("lists/<int:pk>/drop/", list_views.drop, name="drop_list"),
    path("lists/<int:pk>/sheet/", list_views.sheet, name="list_sheet"),
    path("registers/gminas/", staff_views.prepare_gminas, name="prepare_gminas"),
    path("registers/hromadas/", staff_views.prepare_hromadas, name="prepare_hromadas"),
    path("registers/fetches/start/", fetch_views.start, name="start_fetch"),
    path("registers/fetches/<int:pk>/", fetch_views.fetch, name="fetch"),
    path("registers/fetches/<int:pk>/resume/", fetch_views.resume, name="resume_fetch"),
    path("registers/fetches/<int:pk>/drop/", fetch_views.drop, name="drop_fetch"),
    path("registers/<int:pk>/report/", staff_views.report_sheet, name="register_report"),
    path("registers/<int:pk>/", staff_views.register_plan, name="register_plan"),
    path("registers/<int:pk>/apply/", staff_views.apply_register, name="apply_register"),
    path("registers/<int:pk>/drop/", staff_views.drop_register, name="drop_register"),
]
panel_pages = [
    (_("Texts and files of the site"), "admin:programme_content_list", "programme.view_editiontext")
]
