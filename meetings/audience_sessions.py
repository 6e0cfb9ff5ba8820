"""Mailings around the information sessions: to their guests, and to those who have not answered."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from applications.audience_people import WITHDRAWN, survey_person
from applications.enums import SurveyStatus
from core.models import User
from mailing.audiences import Envelope, NoLetter, Wish
from mailing.models import Letter, MailingRecipient
from mailing.notices import PanelAudience, Person
from meetings import services
from meetings.emails import of_mailings
from meetings.enums import ChoiceStatus
from meetings.models import InformationSession, SessionChoice

ANSWERED = gettext_noop("Has answered the invitation to the information sessions.")
TOO_LATE = gettext_noop("Did not answer in time; no answer is awaited any more.")
NO_CONTACT = gettext_noop("The survey names no contact person.")
NOTHING_AHEAD = gettext_noop("No information session of the edition lies ahead.")


class SessionGuests(PanelAudience):
    """Who was invited, has a place, was present or absent: as the list of choices is filtered."""

    name = "meetings/guests"
    label = _("Municipalities invited to information sessions")
    about = _(
        "Contact persons of municipalities that have a place in a session, were present or absent, "
        "or have not answered, chosen in the list of choices."
    )
    letters = (of_mailings.SESSION_NOTICE,)
    panel_model = "meetings.sessionchoice"
    permission = "meetings.change_sessionchoice"

    def rows(self, records: QuerySet[SessionChoice]) -> QuerySet[SessionChoice]:
        """By municipality."""
        return records.select_related("survey__gmina", "survey__contact", "session").order_by(
            "survey__gmina__sort_key", "pk"
        )

    def person(self, record: SessionChoice) -> Person:
        """The contact person of the survey."""
        return survey_person(record.survey)

    def places(self, record: SessionChoice, person: Person, now: datetime) -> Mapping[str, object]:
        """The session that was chosen."""
        return of_mailings.session_words(record, person.language)

    def why_not(self, record: SessionChoice, now: datetime) -> str:
        """Who has withdrawn from the programme."""
        return WITHDRAWN if record.survey.status == SurveyStatus.WITHDRAWN else ""


class Silent(SessionGuests):
    """Who was invited and has not answered: the dates once more, with a new link (S10)."""

    name = "meetings/unanswered"
    label = _("Municipalities that have not chosen a session")
    about = _(
        "Contact persons of municipalities that were invited to the information sessions and have "
        "not answered yet, chosen in the list of choices."
    )
    letters = (of_mailings.ANSWER_REMINDER,)

    def rows(self, records: QuerySet[SessionChoice]) -> QuerySet[SessionChoice]:
        """With the sessions of the edition, in order of time."""
        sessions = InformationSession.objects.order_by("starts_at", "pk")
        return (
            super()
            .rows(records)
            .select_related("survey__edition")
            .prefetch_related(Prefetch("survey__edition__sessions", queryset=sessions))
        )

    def places(self, record: SessionChoice, person: Person, now: datetime) -> Mapping[str, object]:
        """The dates that lie ahead."""
        known = record.survey.contact is not None
        return of_mailings.offer_words(record, _ahead(record, now)) if known else {}

    def why_not(self, record: SessionChoice, now: datetime) -> str:
        """Who has answered, whom nobody asks any more, and when there is nothing to choose."""
        if sentence := super().why_not(record, now):
            return sentence
        if record.status == ChoiceStatus.NO_ANSWER:
            return TOO_LATE
        if record.status != ChoiceStatus.INVITED:
            return ANSWERED
        if record.survey.contact is None:
            return NO_CONTACT
        return "" if _ahead(record, now) else NOTHING_AHEAD

    def write(
        self, row: MailingRecipient, wish: Wish, envelope: Envelope, *, actor: User, now: datetime
    ) -> Letter:
        """The reminder with a new personal link."""
        record = self.record_of(row)
        sessions = _ahead(record, now)
        if not sessions:
            raise NoLetter(NOTHING_AHEAD)
        return services.remind_by_mailing(
            record, sessions=sessions, envelope=envelope, actor=actor, now=now
        )


def _ahead(record: SessionChoice, now: datetime) -> list[InformationSession]:
    return [one for one in record.survey.edition.sessions.all() if one.starts_at > now]
