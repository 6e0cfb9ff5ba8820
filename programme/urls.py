"""Addresses of this room: public pages, and pages of the panel."""

app_name = "programme"
urlpatterns: list = []
staff_urlpatterns: list = []
