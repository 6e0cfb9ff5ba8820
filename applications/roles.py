"""What each role may do in this room (permission matrix P02-P05, P07-P09, P18, P21, P22)."""

from core.roles import ADMINISTRATOR, AUDITOR, COORDINATOR

SEES_INTERNS = {
    "applications.view_internapplication",
    "applications.view_formalcheck",
    "applications.view_applicationfile",
    "applications.view_travelchecklist",
}
SEES_EVALUATIONS = {"applications.view_evaluation", "applications.view_evaluationscore"}
RUNS_INTERNS = {
    "applications.read_intern_answers",
    "applications.check_formally",
    "applications.assign_evaluators",
    "applications.record_interview",
    "applications.select_candidates",
    "applications.prepare_interns",
    "applications.download_application_files",
}

SEES_HOSTS = {
    "applications.view_hostinvitation",
    "applications.view_hostsurvey",
    "applications.view_surveycolleague",
    "applications.view_takeoverrequest",
    "applications.view_eligibilitydecision",
    "applications.view_hostquestion",
    "applications.view_hostquestionoption",
}
RUNS_HOSTS = {
    "applications.read_host_answers",
    "applications.read_host_drafts",
    "applications.decide_eligibility",
    "applications.approve_exception",
    "applications.invite_hosts",
    "applications.return_survey",
    "applications.manage_late_codes",
    "applications.add_hostquestion",
    "applications.change_hostquestion",
    "applications.add_hostquestionoption",
    "applications.change_hostquestionoption",
    "applications.merge_surveys",
    "applications.enter_host_surveys",
    "applications.verify_municipalities",
}

ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: SEES_INTERNS | SEES_EVALUATIONS | RUNS_INTERNS | SEES_HOSTS | RUNS_HOSTS,
    ADMINISTRATOR: SEES_INTERNS
    | SEES_HOSTS
    | {"applications.read_host_answers", "applications.read_intern_answers"},
    AUDITOR: SEES_INTERNS | SEES_EVALUATIONS | SEES_HOSTS,
}
