"""Addresses of this room."""

from django.urls import path

from grants import evaluator_views, money_views, report_views, staff_views, views

app_name = "grants"

urlpatterns = [
    path("projekt/<str:token>/", views.apply, name="apply"),
    path("projekt/<str:token>/kod/", views.apply_code, name="apply_code"),
    path("projekt/<str:token>/budzet/", views.budget, name="budget"),
    path("projekt/<str:token>/budzet/<int:pk>/", views.change_line, name="change_line"),
    path("projekt/<str:token>/budzet/<int:pk>/usun/", views.remove_line, name="remove_line"),
    path("projekt/<str:token>/sprawdz/", views.check, name="check"),
    path("projekt/<str:token>/umowa/", views.agreement, name="agreement"),
    path("projekt/<str:token>/<slug:slug>/", views.page, name="page"),
    path("partner/<str:token>/", views.partner, name="partner"),
    path("partner/<str:token>/kod/", views.partner_code, name="partner_code"),
    path("rozliczenie/<str:token>/", report_views.report, name="report"),
    path("rozliczenie/<str:token>/kod/", report_views.report_code, name="report_code"),
    path("rozliczenie/<str:token>/dokument/", report_views.document, name="document"),
    path(
        "rozliczenie/<str:token>/dokument/<int:pk>/usun/",
        report_views.remove_document,
        name="remove_document",
    ),
    path("ocena/projekty/", evaluator_views.evaluations, name="evaluations"),
    path("ocena/projekty/<int:pk>/", evaluator_views.evaluation, name="evaluation"),
    path("ocena/projekty/<int:pk>/bezstronnosc/", evaluator_views.impartial, name="impartial"),
    path("ocena/projekty/<int:pk>/wylaczenie/", evaluator_views.recuse, name="recuse"),
]

staff_urlpatterns = [
    path("<int:edition_pk>/", staff_views.call, name="grants_call"),
    path("<int:edition_pk>/open/", staff_views.open_call, name="grants_open"),
    path("call/<int:pk>/invite/", staff_views.invite, name="grants_invite"),
    path("call/<int:pk>/rank/", staff_views.rank, name="grants_rank"),
    path("call/<int:pk>/propose/", staff_views.propose, name="grants_propose"),
    path("decision/<int:pk>/approve/", staff_views.approve_decision, name="grants_approve"),
    path("project/<int:pk>/accept/", staff_views.accept_formally, name="grants_accept"),
    path("project/<int:pk>/return/", staff_views.return_for_correction, name="grants_return"),
    path("project/<int:pk>/reject/", staff_views.reject_formally, name="grants_reject"),
    path("project/<int:pk>/assign/", staff_views.assign, name="grants_assign"),
    path("project/<int:pk>/budget/", money_views.agree_budget, name="grants_agree_budget"),
    path("project/<int:pk>/agreement/", money_views.make_agreement, name="grants_agreement"),
    path("agreement/<int:pk>/signed/", money_views.sign_agreement, name="grants_signed"),
    path(
        "project/<int:pk>/report/<slug:kind>/",
        money_views.open_report,
        name="grants_open_report",
    ),
    path("project/<int:pk>/settle/", money_views.settle, name="grants_settle"),
    path("project/<int:pk>/close/", money_views.close, name="grants_close"),
    path("tranche/<int:pk>/propose/", money_views.propose_tranche, name="grants_propose_tranche"),
    path("tranche/<int:pk>/approve/", money_views.approve_tranche, name="grants_approve_tranche"),
    path("tranche/<int:pk>/paid/", money_views.pay_tranche, name="grants_pay_tranche"),
    path("report/<int:pk>/accept/", money_views.accept_report, name="grants_accept_report"),
    path("report/<int:pk>/return/", money_views.return_report, name="grants_return_report"),
]
