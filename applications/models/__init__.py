"""Records of this room."""

from applications.models.evaluation import Evaluation, EvaluationScore
from applications.models.host import HostInvitation, HostSurvey, SurveyCounter
from applications.models.host_colleagues import SendingKey, SurveyColleague, TakeOverRequest
from applications.models.host_decisions import EligibilityDecision, ExceptionRequest
from applications.models.host_late import LateCode, LateCodeUse, LateDraft
from applications.models.host_partners import PartnerMatch
from applications.models.host_returns import ReturnedQuestion, SurveyReturn
from applications.models.host_versions import SurveyMerge, SurveyVersion
from applications.models.intern_records import (
    ApplicationCounter,
    ApplicationFile,
    ApplicationVersion,
    FormalCheck,
    TravelChecklist,
)
from applications.models.interns import InternApplication
from applications.models.mentors import AddressConfirmation, NamedMentor
from applications.models.questions import HostQuestion, HostQuestionOption

__all__ = [
    "SendingKey",
    "SurveyColleague",
    "TakeOverRequest",
    "AddressConfirmation",
    "ApplicationCounter",
    "ApplicationFile",
    "ApplicationVersion",
    "EligibilityDecision",
    "Evaluation",
    "EvaluationScore",
    "ExceptionRequest",
    "FormalCheck",
    "HostInvitation",
    "HostQuestion",
    "HostQuestionOption",
    "HostSurvey",
    "InternApplication",
    "LateCode",
    "LateCodeUse",
    "LateDraft",
    "NamedMentor",
    "PartnerMatch",
    "ReturnedQuestion",
    "SurveyCounter",
    "SurveyMerge",
    "SurveyReturn",
    "SurveyVersion",
    "TravelChecklist",
]
