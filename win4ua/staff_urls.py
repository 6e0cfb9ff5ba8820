"""Panel pages of the wiring itself."""

from django.urls import path

from win4ua import reply_views, staff_views

staff_urlpatterns = [
    path("search/", staff_views.search, name="win4ua_search"),
    path("municipality/<int:pk>/", staff_views.timeline, name="win4ua_timeline"),
    path("replies/<int:pk>/whose/", reply_views.attach, name="win4ua_attach_reply"),
]
