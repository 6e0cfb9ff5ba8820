"""Addresses of this room: public pages, and pages of the panel."""

from django.urls import path

from programme import fetch_views, list_views, staff_views, views

app_name = "programme"
urlpatterns = [
    path("", views.home, name="home"),
    path("prywatnosc/", views.privacy, name="privacy"),
    path("dostepnosc/", views.accessibility, name="accessibility"),
    path("znaki/<int:pk>/", views.sign, name="sign"),
]
staff_urlpatterns = [
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
