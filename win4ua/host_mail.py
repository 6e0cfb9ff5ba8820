"""Letters of one municipality through all rooms, and those that did not arrive (E18)."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower

from applications.models import HostInvitation, HostSurvey
from mailing.models import Letter
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
    wanted = Q(small__in=addresses)
    for model, records in about.items():
        wanted |= Q(about_type=kinds[model], about_id__in=records.values("pk"))
    return Letter.objects.annotate(small=Lower("to")).filter(wanted)
