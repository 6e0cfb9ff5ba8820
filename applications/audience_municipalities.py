"""The letter to mayors: all municipalities of the edition, and those that have not answered yet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from applications.emails import host as invitations
from applications.emails import host_reminders as reminders
from applications.enums import SurveyStatus
from applications.models import HostInvitation, HostSurvey
from applications.selectors.host import InvitationLine, InvitationPlan, invitation_plan
from applications.selectors.host_silent import Silent, silent_offices
from applications.services.host_invitations import AlreadyInvited, invite_by_mailing
from applications.services.host_reminders import remind_by_mailing
from core.models import User
from mailing.audiences import BadWish, Candidate, Envelope, NoLetter, Option, Wish
from mailing.models import Letter, MailingRecipient
from mailing.notices import GONE, OTHER_ADDRESS, chosen
from programme.models import Edition, Gmina

INVITATION = "applications/host_invitation"
WITHIN_LIMIT = gettext_noop("A municipality within the population limit of the edition.")
NO_FIGURE = gettext_noop("No population is on file; the office is asked for it in the survey.")
ABOVE_TOO = gettext_noop("Above the population limit, and chosen nevertheless: needs an exception.")
ALREADY_INVITED = gettext_noop("Already invited.")
PLAN_SENTENCES = {
    "gone": gettext_noop("No longer in the register."),
    "kind": gettext_noop("Not of a kind that takes part in this edition."),
    "over_limit": gettext_noop("Above the population limit of the edition."),
    "has_survey": gettext_noop("Has a survey already."),
    "invited": ALREADY_INVITED,
    "no_address": gettext_noop("No e-mail address of the office is on file."),
}
NOT_BEGUN = gettext_noop("Invited, and the survey has not been begun.")
NOT_SENT = gettext_noop("The survey was begun and has not been sent.")
ANSWERED = gettext_noop("The survey has been sent.")
GIVEN_UP = gettext_noop("The municipality does not take part.")
CLOSED = gettext_noop("The survey of this edition is closed.")
PROMISED = gettext_noop("The reminder before the deadline has gone; it promised to be the last.")
NOT_YET_INVITED = gettext_noop("The invitation itself has not been sent yet.")
NOT_KNOWN = gettext_noop(
    "It is not known whether the invitation arrived: clear that up in the outbox first."
)
NOT_REACHED = gettext_noop("The invitation did not reach the office: find another address first.")
PARTS = ("all", "not_begun", "draft")
ABOVE = "yes"


def edition_of(wish: Wish) -> Edition:
    """The edition that the mailing is about. Raises `BadWish`."""
    edition = Edition.objects.filter(pk=wish.get("edition") or 0).first()
    if edition is None:
        raise BadWish(__("Choose the edition."))
    return edition


def is_above_limit_too(wish: Wish) -> bool:
    """Whether those above the limit were chosen as well."""
    return wish.get("above_limit_too") == ABOVE


class Municipalities:
    """All gminas up to the limit of the edition, each with a personal link to its survey.

    `wish`: "edition" (its number in the database), and which gminas: "query" (filters of the
    panel's list) or "teryts" (codes); "above_limit_too" lets in those above the limit.
    """

    name = "applications/municipalities"
    label = _("Municipalities, to be invited")
    about = _("Gminas of the register up to the population limit that have not been invited yet.")
    letters = (INVITATION,)
    panel_model = "programme.gmina"
    is_of_edition = True
    permission = "applications.invite_hosts"

    def options(self) -> Sequence[Option]:
        """Whether the limit counts."""
        above = _("Also those above the limit, each by exception")
        choices = [("no", _("Within the limit only")), (ABOVE, above)]
        return [Option("above_limit_too", _("Population limit of the edition"), choices)]

    def candidates(
        self, wish: Wish, *, letter: str, actor: User, now: datetime
    ) -> Iterator[Candidate]:
        """Every gmina that is chosen, with the verdict of the plan of invitations."""
        edition = edition_of(wish)
        plan = invitation_plan(
            edition,
            now=now,
            gminas=self._gminas(wish, actor),
            above_limit_too=is_above_limit_too(wish),
        )
        for line in [*plan.will, *plan.will_not]:
            yield self._candidate(line, edition)

    def _gminas(self, wish: Wish, actor: User) -> QuerySet[Gmina]:
        if "teryts" in wish:
            return Gmina.objects.filter(teryt__in=wish["teryts"])
        return chosen(self.panel_model, wish, actor=actor)

    def _candidate(self, line: InvitationLine, edition: Edition) -> Candidate:
        person, gmina = line.contact, line.gmina
        language = person.language if person else "pl"
        words = invitations.invitation_words(edition, gmina, person, language)
        return Candidate(
            key=gmina.teryt,
            about=gmina,
            label=str(gmina),
            email=line.email,
            name=person.full_name if person else "",
            language=language,
            salutation=str(words["salutation"]),
            why=self._why(line, edition),
            why_not=PLAN_SENTENCES[line.reason] if line.reason else "",
            values=words,
        )

    def _why(self, line: InvitationLine, edition: Edition) -> str:
        if line.figure is None:
            return NO_FIGURE
        above = line.figure.value > edition.population_limit_pl
        return ABOVE_TOO if above else WITHIN_LIMIT

    def still(
        self, rows: Sequence[MailingRecipient], wish: Wish, *, letter: str, now: datetime
    ) -> Mapping[int, str]:
        """The plan once more; an invitation that waited with its mailing is no hindrance."""
        edition = edition_of(wish)
        plan = self._plan(edition, wish, rows, now)
        lines = {line.gmina.pk: line for line in [*plan.will, *plan.will_not]}
        found = {}
        for row in rows:
            line = lines[row.about_id or 0]
            row.brought = edition, line
            is_own = row.letter_id is not None or row.came_back_id is not None
            own = line.reason == "invited" and is_own
            if line.reason and not own:
                found[row.pk] = PLAN_SENTENCES[line.reason]
            elif line.email.lower() != row.email.lower():
                found[row.pk] = OTHER_ADDRESS
        return found

    def _plan(
        self, edition: Edition, wish: Wish, rows: Sequence[MailingRecipient], now: datetime
    ) -> InvitationPlan:
        return invitation_plan(
            edition,
            now=now,
            gminas=Gmina.objects.filter(pk__in=[row.about_id for row in rows]),
            above_limit_too=is_above_limit_too(wish),
        )

    def _line_of(
        self, row: MailingRecipient, wish: Wish, now: datetime
    ) -> tuple[Edition, InvitationLine]:
        edition = edition_of(wish)
        plan = self._plan(edition, wish, [row], now)
        return edition, [*plan.will, *plan.will_not][0]

    def write(
        self, row: MailingRecipient, wish: Wish, envelope: Envelope, *, actor: User, now: datetime
    ) -> Letter:
        """The invitation with its personal link."""
        edition, line = row.brought or self._line_of(row, wish, now)
        try:
            return invite_by_mailing(
                edition,
                organisation=line.gmina.organisation,
                contact=line.contact,
                email=row.email,
                envelope=envelope,
                actor=actor,
                now=now,
                may_exceed_limit=is_above_limit_too(wish),
            )
        except AlreadyInvited as error:
            raise NoLetter(ALREADY_INVITED) from error


class Unanswered:
    """Offices that were invited, or asked for the link, and have not sent their survey.

    `wish`: "edition", and "part" of `PARTS`: those with a draft, those without, or both.
    """

    name = "applications/unanswered"
    label = _("Municipalities that have not answered")
    about = _(
        "Offices that have a link to the survey and have not sent it, with a draft or without."
    )
    letters = (reminders.REMINDER,)
    panel_model = None
    is_of_edition = True
    permission = "applications.invite_hosts"

    def options(self) -> Sequence[Option]:
        """Those with a draft, those without, or both."""
        words = (_("All of them"), _("Those who have not begun"), _("Those who have only a draft"))
        return [Option("part", _("Who is reminded"), list(zip(PARTS, words, strict=True)))]

    def candidates(
        self, wish: Wish, *, letter: str, actor: User, now: datetime
    ) -> Iterator[Candidate]:
        """Every office with an invitation in the edition, also those that have answered."""
        edition = edition_of(wish)
        part = wish.get("part", "all")
        if part not in PARTS:
            raise BadWish(__("Choose who is to be reminded."))
        for silent in silent_offices(edition):
            is_draft = silent.survey is not None and silent.survey.is_draft
            if part == "draft" and not is_draft or part == "not_begun" and silent.survey:
                continue
            words = reminders.reminder_words(edition, silent)
            yield Candidate(
                key=silent.gmina.teryt,
                about=silent.gmina,
                label=str(silent.gmina),
                email=silent.email,
                name=silent.contact.full_name if silent.contact else "",
                language=silent.language,
                salutation=str(words["salutation"]),
                why=NOT_SENT if silent.survey else NOT_BEGUN,
                why_not=self._why_not(silent, edition, now),
                values=words,
            )

    def _why_not(self, silent: Silent, edition: Edition, now: datetime) -> str:
        if silent.survey is not None and silent.survey.status == SurveyStatus.WITHDRAWN:
            return GIVEN_UP
        if silent.survey is not None and not silent.survey.is_draft:
            return ANSWERED
        if now >= edition.survey_closes_at:
            return CLOSED
        if silent.link_is_unclear:
            return NOT_KNOWN
        if not silent.has_the_link:
            return NOT_REACHED if silent.link_is_lost else NOT_YET_INVITED
        return PROMISED if silent.was_promised_no_more else ""

    def still(
        self, rows: Sequence[MailingRecipient], wish: Wish, *, letter: str, now: datetime
    ) -> Mapping[int, str]:
        """Who has answered meanwhile; surveys are locked, so that nobody answers in between.

        A survey that is sent afterwards takes back the letter that still waits.
        """
        edition = edition_of(wish)
        gminas = [row.about_id for row in rows]
        known = HostSurvey.objects.filter(edition=edition, gmina__in=gminas)
        list(known.select_for_update(of=("self",), no_key=True).order_by("pk"))
        offices = {
            silent.gmina.pk: silent
            for silent in silent_offices(
                edition, HostInvitation.objects.filter(organisation__gmina__in=gminas)
            )
        }
        found = {}
        for row in rows:
            silent = offices.get(row.about_id or 0)
            if silent is None:
                found[row.pk] = GONE
                continue
            row.brought = edition, silent
            sentence = self._why_not(silent, edition, now)
            if not sentence and silent.email.lower() != row.email.lower():
                sentence = OTHER_ADDRESS
            if sentence:
                found[row.pk] = sentence
        return found

    def write(
        self, row: MailingRecipient, wish: Wish, envelope: Envelope, *, actor: User, now: datetime
    ) -> Letter:
        """The reminder with a new personal link."""
        edition, silent = row.brought or self._office_of(row, wish)
        return remind_by_mailing(edition, silent, envelope=envelope, actor=actor, now=now)

    def _office_of(self, row: MailingRecipient, wish: Wish) -> tuple[Edition, Silent]:
        edition = edition_of(wish)
        invitations = HostInvitation.objects.filter(organisation__gmina=row.about_id)
        for silent in silent_offices(edition, invitations):
            return edition, silent
        raise NoLetter(GONE)
