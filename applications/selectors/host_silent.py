"""Which offices have a link to the survey and have not sent it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, QuerySet, Value, When

from applications.emails.host import WITH_THE_LINK
from applications.emails.host_reminders import unsent_key
from applications.enums import Entrance, SurveyStatus
from applications.models import HostInvitation, HostSurvey
from mailing.enums import LetterStatus as Status
from mailing.models import Letter
from programme.models import Contact, Edition, Gmina

ARRIVED = {Status.ACCEPTED, Status.DELIVERED, Status.COMPLAINED}  # as far as anybody knows
LOST = {Status.BOUNCED, Status.FAILED, Status.CANCELLED, Status.SUPPRESSED}
UNCLEAR = {Status.AMBIGUOUS, Status.SENDING}  # handed over, perhaps: nobody knows


@dataclass(frozen=True)
class Silent:
    """One office: its invitation, its survey if there is one, and whom to write to.

    `was_promised_no_more`: the automatic reminder before the deadline has been written (A14).
    `link_letters`: statuses of the letters that brought the link of this invitation.
    """

    gmina: Gmina
    invitation: HostInvitation
    survey: HostSurvey | None
    was_promised_no_more: bool = False
    link_letters: frozenset[str] = frozenset()

    @property
    def has_the_link(self) -> bool:
        """A letter with it has gone and not come back, or none was written here."""
        is_known_to_have = self.survey is not None or not self.link_letters
        return is_known_to_have or bool(self.link_letters & ARRIVED)

    @property
    def link_is_lost(self) -> bool:
        """Every letter with it came back, failed or was stopped: none is still to go."""
        return not self.has_the_link and self.link_letters <= LOST

    @property
    def link_is_unclear(self) -> bool:
        """A letter with it may have arrived, and none surely has."""
        return not self.has_the_link and bool(self.link_letters & UNCLEAR)

    @property
    def email(self) -> str:
        """Of who works on the draft; else where the invitation went."""
        return self.survey.email if self.survey is not None else self.invitation.email

    @property
    def contact(self) -> Contact | None:
        """The person of this address, when we know the name."""
        person = self.invitation.contact
        is_theirs = person is not None and self.email.lower() in (
            self.invitation.email.lower(),
            person.email.lower(),
        )
        return person if is_theirs else None

    @property
    def language(self) -> str:
        """Of the person, else of the draft or the invitation."""
        if self.contact is not None:
            return self.contact.language
        return (self.survey or self.invitation).language


def silent_offices(
    edition: Edition, invitations: QuerySet[HostInvitation] | None = None
) -> Iterator[Silent]:
    """One line an office that has an invitation in the edition, by name of the gmina.

    An office with several links is written to where one arrived, of these to the address of our
    letter first. Also those that have sent their survey: the reader says why they get nothing.
    Four queries for any number.
    """
    wanted = HostInvitation.objects.all() if invitations is None else invitations
    rows = (
        wanted.filter(edition=edition, organisation__gmina__isnull=False)
        .select_related("organisation__gmina", "contact", "edition")
        .order_by(
            "organisation__gmina__sort_key",
            "organisation__gmina",
            Case(When(entrance=Entrance.MAIL, then=Value(0)), default=Value(1)),
            "pk",
        )
    )
    links: dict[Gmina, list[HostInvitation]] = defaultdict(list)
    for invitation in rows:
        if invitation.organisation.gmina is not None:
            links[invitation.organisation.gmina].append(invitation)
    known = HostSurvey.objects.filter(
        edition=edition, gmina__in=list(links), duplicate_of__isnull=True
    ).select_related("edition", "gmina")
    # One that was withdrawn stands for the municipality only as long as no other lives.
    is_living = Case(When(status=SurveyStatus.WITHDRAWN, then=Value(0)), default=Value(1))
    surveys = {survey.gmina_id: survey for survey in known.order_by(is_living, "pk")}
    keys = {unsent_key(survey) for survey in surveys.values()}
    promised = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
    brought = _link_letters(chain.from_iterable(links.values()))
    for gmina, invitations_of_office in links.items():
        survey = surveys.get(gmina.pk)
        offers = [
            Silent(
                gmina=gmina,
                invitation=invitation,
                survey=survey,
                was_promised_no_more=survey is not None and unsent_key(survey) in promised,
                link_letters=frozenset(brought[invitation.pk]),
            )
            for invitation in invitations_of_office
        ]
        yield min(offers, key=_how_far_from_arrived)  # of equals the first


def _how_far_from_arrived(silent: Silent) -> int:
    """0 for a link that the office has, then one that it may have, may get, and does not get."""
    if silent.has_the_link:
        return 0
    if silent.link_is_unclear:
        return 1
    return 3 if silent.link_is_lost else 2


def _link_letters(invitations: Iterable[HostInvitation]) -> dict[int | None, set[str]]:
    """Statuses of the letters that brought a link, by number of the invitation."""
    letters = Letter.objects.filter(
        letter__in=WITH_THE_LINK,
        about_type=ContentType.objects.get_for_model(HostInvitation),
        about_id__in=[invitation.pk for invitation in invitations],
    )
    found: dict[int | None, set[str]] = defaultdict(set)
    for number, status in letters.values_list("about_id", "status"):
        found[number].add(status)
    return found
