"""Letters of one municipality through all rooms, those that did not arrive, replies (E18)."""

from collections import defaultdict
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Lower

from applications.models import HostInvitation, HostSurvey
from mailing.enums import ReplyMatch
from mailing.models import Letter, Reply
from mailing.troubles import Trouble, troubles_of
from matching.models import Placement, Proposal
from meetings.models import Declaration, SessionChoice
from programme.models import Contact, Gmina, Organisation


def troubles_of_gmina(gmina: Gmina, *, now: datetime) -> list[Trouble]:
    """Addresses of this municipality at which our letters do not arrive."""
    addresses = addresses_of(gmina)
    return troubles_of(letters_of(gmina, addresses), addresses, now=now)


def addresses_of(gmina: Gmina) -> set[str]:
    """Every address on file for its office, in small letters."""
    offices = Organisation.objects.filter(gmina=gmina).values_list(Lower("email"), flat=True)
    people = Contact.objects.filter(organisation__gmina=gmina, is_active=True)
    surveys = HostSurvey.objects.filter(gmina=gmina).values_list(Lower("email"), flat=True)
    found = [*offices, *people.values_list(Lower("email"), flat=True), *surveys]
    return {address for address in found if address}


def letters_of(gmina: Gmina, addresses: set[str]) -> QuerySet[Letter]:
    """Letters about records of this municipality, or to an address of its office."""
    of_records, _kinds = _about_records_of(gmina)
    return Letter.objects.annotate(small=Lower("to")).filter(of_records | Q(small__in=addresses))


def replies_of_gmina(gmina: Gmina) -> QuerySet[Reply]:
    """What this municipality answered, the newest first.

    To letters about its records, to letters to its addresses that are about no other office, and
    what a coordinator gave to it. Two municipalities may keep one address: a reply about the one
    does not stand at the other.
    """
    given = Q(about_type=ContentType.objects.get_for_model(Gmina), about_id=gmina.pk)
    joined = Q(letter__in=_letters_to(gmina).values("pk")) & ~Q(matched_by=ReplyMatch.BY_HAND)
    found = Reply.objects.for_table().filter(given | joined)
    return found.order_by("-received_at", "-pk")


def letter_kept_at(gmina: Gmina, reply: Reply) -> Letter | None:
    """The letter that a reply answers, if it is a letter to this municipality."""
    return _letters_to(gmina).filter(pk=reply.letter_id).first()


def _letters_to(gmina: Gmina) -> QuerySet[Letter]:
    """Letters about its records, and to its addresses when they are about no other office."""
    of_records, kinds = _about_records_of(gmina)
    to_it = Q(small__in=addresses_of(gmina))
    return Letter.objects.annotate(small=Lower("to")).filter(
        of_records | to_it & (Q(about_type=None) | ~Q(about_type__in=kinds))
    )


def gminas_of_address(address: str) -> QuerySet[Gmina]:
    """The municipalities that keep this address (in small letters), by name."""
    offices = Organisation.objects.annotate(small=Lower("email")).filter(small=address)
    people = Contact.objects.annotate(small=Lower("email")).filter(small=address, is_active=True)
    surveys = HostSurvey.objects.annotate(small=Lower("email")).filter(small=address)
    kept = Q(pk__in=offices.values("gmina")) | Q(pk__in=people.values("organisation__gmina"))
    return Gmina.objects.filter(kept | Q(pk__in=surveys.values("gmina"))).order_by("sort_key", "pk")


def sides_of_address(address: str) -> int:
    """How many municipalities keep this address (in small letters)."""
    return gminas_of_address(address).count()


def _about_records_of(gmina: Gmina) -> tuple[Q, list[ContentType]]:
    """Letters about any record of this municipality, and the kinds of such records."""
    about: dict[type[Model], QuerySet] = {
        Gmina: Gmina.objects.filter(pk=gmina.pk),
        Organisation: Organisation.objects.filter(gmina=gmina),
        Contact: Contact.objects.filter(organisation__gmina=gmina),
        HostInvitation: HostInvitation.objects.filter(organisation__gmina=gmina),
        HostSurvey: HostSurvey.objects.filter(gmina=gmina),
        SessionChoice: SessionChoice.objects.filter(survey__gmina=gmina),
        Declaration: Declaration.objects.filter(survey__gmina=gmina),
        Proposal: Proposal.objects.filter(declaration__survey__gmina=gmina),
        Placement: Placement.objects.filter(declaration__survey__gmina=gmina),
    }
    kinds = ContentType.objects.get_for_models(*about)
    # The keys first, then one condition on them: with subqueries in it every letter would be read.
    keys = [records.values_list(Value(kinds[model].pk), "pk") for model, records in about.items()]
    numbers = defaultdict(list)
    for kind, number in keys[0].union(*keys[1:], all=True):
        numbers[kind].append(number)
    wanted = Q(pk__in=[])
    for kind, found in numbers.items():
        wanted |= Q(about_type=kind, about_id__in=found)
    return wanted, list(kinds.values())
