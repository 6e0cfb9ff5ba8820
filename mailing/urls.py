"""Addresses of this room: public pages, and pages of the panel."""

from django.urls import include, path

from mailing import (
    mailing_deeds,
    mailing_row_views,
    mailing_views,
    outbox_views,
    recipient_views,
    staff_views,
    text_views,
    views,
)

pages = [
    path("logowanie/", views.sign_in, name="sign_in"),
    path("logowanie/kod/", views.sign_in_code, name="sign_in_code"),
    path("logowanie/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("wypisz/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
# `sign_in` and `sign_in_link` are known without the room's name too: settings.LOGIN_URL says so.
urlpatterns = [path("", include((pages, "mailing"))), *pages[:3]]

staff_urlpatterns = [
    path("outbox/", staff_views.outbox, name="outbox"),
    path("outbox/plan/", outbox_views.plan, name="plan"),
    path("outbox/proposed/<int:pk>/", outbox_views.proposal, name="proposal"),
    path(
        "outbox/proposed/<int:pk>/release/",
        outbox_views.release_proposed,
        name="release_proposed",
    ),
    path(
        "outbox/proposed/<int:pk>/withdraw/",
        outbox_views.withdraw_proposal,
        name="withdraw_proposal",
    ),
    path("letters/<int:pk>/page/", staff_views.letter_page, name="letter_page"),
    path("letters/<int:pk>/release/", staff_views.release, name="release"),
    path("letters/<int:pk>/cancel/", staff_views.cancel, name="cancel"),
    path("letters/<int:pk>/retry/", staff_views.retry, name="retry"),
    path("letters/<int:pk>/resend/", staff_views.resend, name="resend"),
    path("letters/<int:pk>/sent/", staff_views.mark_as_sent, name="mark_as_sent"),
    path("letters/<int:pk>/test/", text_views.send_test, name="send_test"),
    path("texts/", text_views.text_list, name="text_list"),
    path("texts/<int:pk>/publish/", text_views.publish_text, name="publish_text"),
    path("texts/<path:letter>/edit/", text_views.text_edit, name="text_edit"),
    path("texts/<path:letter>/preview/", text_views.text_preview, name="text_preview"),
    path("texts/<path:letter>/rebuild/", text_views.rebuild_letters, name="rebuild_letters"),
    path("stop-list/<int:pk>/lift/", staff_views.lift_suppression, name="lift_suppression"),
    path("recipients/new/", recipient_views.new, name="new_recipients"),
    path("recipients/<int:pk>/columns/", recipient_views.columns, name="recipient_columns"),
    path("recipients/<int:pk>/preview/", recipient_views.preview, name="recipient_preview"),
    path("recipients/<int:pk>/keep/", recipient_views.keep, name="keep_recipients"),
    path("recipients/<int:pk>/drop/", recipient_views.drop, name="drop_recipients"),
    path("recipients/<int:pk>/sheet/", recipient_views.sheet, name="recipient_sheet"),
    path("mailings/new/", mailing_views.new, name="new"),
    path("mailings/<int:pk>/", mailing_views.page, name="page"),
    path("mailings/<int:pk>/to-whom/", mailing_views.choose, name="choose"),
    path("mailings/<int:pk>/words/", mailing_views.words, name="words"),
    path("mailings/<int:pk>/pace/", mailing_views.pace, name="pace"),
    path("mailings/<int:pk>/files/", mailing_views.files, name="files"),
    path("mailings/files/<int:pk>/take-away/", mailing_views.detach, name="detach"),
    path("mailings/<int:pk>/recipients/", mailing_row_views.rows, name="rows"),
    path("mailings/<int:pk>/recipients/sheet/", mailing_row_views.sheet, name="rows_sheet"),
    path("mailings/<int:pk>/recipients/leave-out/", mailing_row_views.leave_out, name="leave_out"),
    path("mailings/<int:pk>/recipients/take-in/", mailing_row_views.take_in, name="take_in"),
    path("mailings/<int:pk>/salutations/", mailing_row_views.salutations, name="salutations"),
    path("mailings/<int:pk>/previews/", mailing_row_views.previews, name="previews"),
    path("mailings/<int:pk>/previews/layout/", mailing_row_views.layout, name="layout"),
    path("mailings/<int:pk>/test/", mailing_row_views.test_letter, name="test_letter"),
    path("mailings/<int:pk>/work-out/", mailing_deeds.work_out, name="work_out"),
    path("mailings/<int:pk>/propose/", mailing_deeds.propose, name="propose"),
    path("mailings/<int:pk>/schedule/", mailing_deeds.schedule, name="schedule"),
    path("mailings/<int:pk>/approve/", mailing_deeds.approve, name="approve"),
    path("mailings/<int:pk>/send-back/", mailing_deeds.send_back, name="send_back"),
    path("mailings/<int:pk>/take-back/", mailing_deeds.take_back, name="take_back"),
    path("mailings/<int:pk>/cancel/", mailing_deeds.cancel, name="cancel_mailing"),
    path("mailings/<int:pk>/pause/", mailing_deeds.pause, name="pause"),
    path("mailings/<int:pk>/go-on/", mailing_deeds.go_on, name="go_on"),
    path("mailings/<int:pk>/stop-the-rest/", mailing_deeds.stop_rest, name="stop_rest"),
    path("mailings/<int:pk>/failed-again/", mailing_deeds.retry_failed, name="retry_failed"),
]
