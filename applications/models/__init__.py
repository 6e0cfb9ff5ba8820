"""Records of this room."""

from applications.models.evaluation import Evaluation, EvaluationScore
from applications.models.host import HostInvitation, HostSurvey, SurveyCounter
from applications.models.host_decisions import EligibilityDecision, ExceptionRequest
from applications.models.host_versions import SurveyMerge, SurveyVersion
from applications.models.intern_records import (
    ApplicationCounter,
    ApplicationFile,
    ApplicationVersion,
    FormalCheck,
    TravelChecklist,
)
from applications.models.interns import InternApplication

__all__ = [
    "ApplicationCounter",
    "ApplicationFile",
    "ApplicationVersion",
    "EligibilityDecision",
    "Evaluation",
    "EvaluationScore",
    "ExceptionRequest",
    "FormalCheck",
    "HostInvitation",
    "HostSurvey",
    "InternApplication",
    "SurveyCounter",
    "SurveyMerge",
    "SurveyVersion",
    "TravelChecklist",
]
