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
    "applications.check_formally",
    "applications.assign_evaluators",
    "applications.record_interview",
    "applications.select_candidates",
    "applications.prepare_interns",
    "applications.download_application_files",
}

ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: SEES_INTERNS | SEES_EVALUATIONS | RUNS_INTERNS,
    ADMINISTRATOR: set(SEES_INTERNS),
    AUDITOR: SEES_INTERNS | SEES_EVALUATIONS,
}
