"""Which municipality a record of any room belongs to, and what its office's address is."""

from operator import attrgetter

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from programme.models import Gmina, Organisation

# From a record to its municipality. Whatever is about a person of a hromada is not listed.
WAY_TO_GMINA = {
    "programme.organisation": "gmina",
    "programme.contact": "organisation.gmina",
    "applications.hostinvitation": "organisation.gmina",
    "applications.hostsurvey": "gmina",
    "meetings.sessionchoice": "survey.gmina",
    "meetings.declaration": "survey.gmina",
    "matching.proposal": "declaration.survey.gmina",
    "matching.placement": "declaration.survey.gmina",
}


def gmina_of(record: Model | None) -> Gmina | None:
    """The municipality that a record is about; None when it is about none."""
    if record is None or isinstance(record, Gmina):
        return record
    way = WAY_TO_GMINA.get(record._meta.label_lower)
    return attrgetter(way)(record) if way else None


def address_block(record: Model | None) -> list[str]:
    """Name and postal address of the office that a letter is about, line by line, as registered."""
    gmina = gmina_of(record)
    if gmina is None:
        return []
    try:
        office: Organisation = gmina.organisation
    except ObjectDoesNotExist:
        return []
    town = " ".join(filter(None, [office.postcode, office.town]))
    return [line for line in (office.name, office.street, town) if line]
