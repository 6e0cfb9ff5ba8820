"""Addresses of this room."""

from datetime import datetime

from django.urls import path, register_converter

from matching import hand_views, staff_views, views
from matching import phone_views as phone

app_name = "matching"


class DayConverter:
    """A day in an address: 2026-09-07."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> datetime:
        """Raises ValueError for a day that does not exist, so the address is not found."""
        return datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007 - a day, not an instant

    def to_url(self, value) -> str:
        """A date as it stands in the address."""
        return f"{value:%Y-%m-%d}"


register_converter(DayConverter, "day")

urlpatterns = [
    path("para/gmina/<str:token>/", views.answer_host, name="answer_host"),
    path("para/stazysta/<str:token>/", views.answer_intern, name="answer_intern"),
    path("mentor/", phone.home, name="home"),
    path("mentor/kalendarz/m/<str:token>.ics", views.feed_mentor, name="feed_mentor"),
    path("mentor/kalendarz/s/<str:token>.ics", views.feed_intern, name="feed_intern"),
    path("mentor/<int:pk>/", phone.today, name="today"),
    path("mentor/<int:pk>/dzien/<day:on>/", phone.one_day, name="today_other"),
    path("mentor/<int:pk>/harmonogram/", phone.week, name="week"),
    path("mentor/<int:pk>/harmonogram/nowe/", phone.item_new, name="week_new"),
    path("mentor/<int:pk>/harmonogram/<int:item_pk>/", phone.item_edit, name="week_edit"),
    path("mentor/<int:pk>/harmonogram/<int:item_pk>/usun/", phone.item_remove, name="week_remove"),
    path(
        "mentor/<int:pk>/harmonogram/<int:item_pk>/uwaga/", phone.item_comment, name="week_comment"
    ),
    path("mentor/<int:pk>/dotarcie/", phone.arrived, name="arrived"),
    path("mentor/<int:pk>/dziennik/", phone.diary, name="diary"),
    path("mentor/<int:pk>/dziennik/nowy/", phone.diary_write, name="diary_write"),
    path("mentor/<int:pk>/dziennik/<int:entry_pk>/", phone.diary_confirm, name="diary_confirm"),
    path("mentor/<int:pk>/dziennik/<int:entry_pk>/zwrot/", phone.diary_return, name="diary_return"),
    path("mentor/<int:pk>/sprawozdanie/", phone.report, name="report"),
    path("mentor/<int:pk>/kalendarz/", phone.feed_new, name="week_feed"),
    path("mentor/<int:pk>/zaswiadczenie/", phone.certificate, name="certificate"),
]

staff_urlpatterns = [
    path("<int:edition_pk>/", staff_views.board, name="matching_board"),
    path("<int:edition_pk>/run/", staff_views.run, name="matching_run"),
    path("<int:edition_pk>/by-hand/", staff_views.open_version, name="matching_open_version"),
    path("version/<int:pk>/", staff_views.version, name="matching_version"),
    path("version/<int:pk>/approve/", staff_views.approve, name="matching_approve"),
    path("version/<int:pk>/publish/", staff_views.publish, name="matching_publish"),
    path("version/<int:pk>/pair/", hand_views.pair, name="matching_pair"),
    path("pair/<int:pk>/explanation/", hand_views.explanation, name="matching_explanation"),
    path("pair/<int:pk>/replacement/", hand_views.replacement, name="matching_replacement"),
    path("pair/<int:pk>/dissolve/", staff_views.dissolve, name="matching_dissolve"),
    path("placement/<int:pk>/start/", staff_views.start, name="matching_start"),
    path("placement/<int:pk>/finish/", staff_views.finish, name="matching_finish"),
    path("placement/<int:pk>/break-off/", staff_views.break_off, name="matching_break_off"),
    path("placement/<int:pk>/certificate/", staff_views.certificate, name="matching_certificate"),
    path("report/<int:pk>/accept/", staff_views.accept_report, name="matching_accept_report"),
    path("report/<int:pk>/return/", staff_views.return_report, name="matching_return_report"),
]
