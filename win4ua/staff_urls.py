"""Panel pages of the wiring itself."""

from django.urls import path

from win4ua import staff_views

staff_urlpatterns = [
    path("search/", staff_views.search, name="win4ua_search"),
    path("municipality/<int:pk>/", staff_views.timeline, name="win4ua_timeline"),
]
