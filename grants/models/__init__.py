"""Small projects: the call, the application, the decision, the money and its settlement."""

from grants.models.applying import BudgetLine, GrantCall, PartnerConfirmation, SmallProject
from grants.models.deciding import BoardDecision, ProjectEvaluation
from grants.models.money import (
    GrantAgreement,
    GrantReport,
    ReportDocument,
    Settlement,
    Tranche,
)

__all__ = [
    "BoardDecision",
    "BudgetLine",
    "GrantAgreement",
    "GrantCall",
    "GrantReport",
    "PartnerConfirmation",
    "ProjectEvaluation",
    "ReportDocument",
    "Settlement",
    "SmallProject",
    "Tranche",
]
