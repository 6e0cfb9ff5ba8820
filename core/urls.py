"""Addresses of this room: public pages, and pages of the panel."""

app_name = "core"
urlpatterns: list = []
staff_urlpatterns: list = []
