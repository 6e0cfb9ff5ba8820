"""The verbs of this room."""

from meetings.services.declarations import (
    MentorMissing,
    accept_declaration,
    answer_as_mentor,
    ask_declaration,
    return_declaration,
    send_declaration,
    withdraw_declaration,
)
from meetings.services.sessions import (
    NoSessions,
    SessionIsFull,
    TooLate,
    answer_neither,
    choose_session,
    close_answers,
    follow_up,
    invite_to_sessions,
    join_waiting_list,
    mark_attendance,
    offer_free_seats,
)

__all__ = [
    "MentorMissing",
    "NoSessions",
    "SessionIsFull",
    "TooLate",
    "accept_declaration",
    "answer_as_mentor",
    "answer_neither",
    "ask_declaration",
    "choose_session",
    "close_answers",
    "follow_up",
    "invite_to_sessions",
    "join_waiting_list",
    "mark_attendance",
    "offer_free_seats",
    "return_declaration",
    "send_declaration",
    "withdraw_declaration",
]
