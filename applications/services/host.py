"""Verbs of the host side: invite, fill in, send, decide. The code stands in the three modules."""

from applications.services.host_decisions import (
    NoExceptionNeeded,
    ReasonMissing,
    SamePerson,
    approve_exception,
    ask_exception,
    decide_eligibility,
    judge_survey,
    refuse_exception,
)
from applications.services.host_invitations import (
    AlreadyInvited,
    LinkRequest,
    SurveyNotOpen,
    invite_host,
    new_link,
    request_survey_link,
)
from applications.services.host_surveys import (
    SurveyClosed,
    SurveyIncomplete,
    SurveyLocked,
    WouldChangeDecision,
    begin_by_invitation,
    open_survey,
    save_from_link,
    save_page,
    submit_survey,
    withdraw_survey,
)

__all__ = [
    "AlreadyInvited",
    "LinkRequest",
    "NoExceptionNeeded",
    "ReasonMissing",
    "SamePerson",
    "SurveyClosed",
    "SurveyIncomplete",
    "SurveyLocked",
    "SurveyNotOpen",
    "WouldChangeDecision",
    "approve_exception",
    "ask_exception",
    "begin_by_invitation",
    "decide_eligibility",
    "invite_host",
    "judge_survey",
    "new_link",
    "open_survey",
    "refuse_exception",
    "request_survey_link",
    "save_from_link",
    "save_page",
    "submit_survey",
    "withdraw_survey",
]
