"""Pairs and what grows out of them."""

from matching.models.pairs import MatchVersion, PairRule, Proposal
from matching.models.placements import (
    Certificate,
    DiaryEntry,
    InternshipReport,
    Placement,
    ScheduleItem,
)

__all__ = [
    "Certificate",
    "DiaryEntry",
    "InternshipReport",
    "MatchVersion",
    "PairRule",
    "Placement",
    "Proposal",
    "ScheduleItem",
]
