"""Records of the applications room: the host side."""

import factory
from django.utils import timezone

from applications import models
from applications.enums import Entrance, SurveyStatus
from tests.factories.programme import ContactFactory, EditionFactory, OrganisationFactory


def host_answers(**changes: object) -> dict[str, object]:
    """A whole survey of a small rural gmina: every required question answered."""
    return {
        "nazwa_urzedowa": "Gmina Brzeziny",
        "ludnosc": 12_000,
        "czlonkostwo": ["zgwrp"],
        "adres_ulica": "Sienkiewicza 16",
        "adres_kod": "95-060",
        "adres_miejscowosc": "Brzeziny",
        "tytul_kierownika": "wojt",
        "kierownik_imie": "Barbara",
        "kierownik_nazwisko": "Zielińska",
        "forma": "f",
        "kontakt_imie": "Anna",
        "kontakt_nazwisko": "Nowak",
        "kontakt_stanowisko": "Sekretarz gminy",
        "kontakt_email": "a.nowak@brzeziny.example",
        "kontakt_tel": "+48426123456",
        "poprzednie_edycje": ["nie"],
        "wspolpraca_ua": "jeszcze_nie",
        "gotowosc_partnerstwa": "tak",
        "gotowosc_projekt": "rozwazymy",
        "tematy": ["waste", "education", "energy_climate"],
        "liczba_stazystow": 1,
        "terminy": ["september"],
        "stanowisko_pracy": "tak",
        "nocleg": "oferta",
        "dostepnosc": "czesciowa",
        "mentor_jest": "jeszcze_nie",
        "osw_prawda": True,
        "osw_zalacznik": True,
        "rodo_info": True,
        **changes,
    }


class HostInvitationFactory(factory.django.DjangoModelFactory):
    """An office that we invited by letter."""

    class Meta:
        model = models.HostInvitation

    edition = factory.SubFactory(EditionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    contact = factory.LazyAttribute(lambda i: ContactFactory(organisation=i.organisation))
    email = factory.LazyAttribute(lambda i: i.contact.email)
    language = "pl"
    entrance = Entrance.MAIL
    invited_at = factory.LazyFunction(timezone.now)


class HostSurveyFactory(factory.django.DjangoModelFactory):
    """A draft; traits `submitted` and `eligible` are further on. `draft_answers` may be given."""

    class Meta:
        model = models.HostSurvey

    class Params:
        submitted = factory.Trait(
            status=SurveyStatus.SUBMITTED,
            number=factory.Sequence(lambda n: f"WIN4UA-2026-{9000 - n:04d}"),
            submitted_at=factory.SelfAttribute("started_at"),
            answers=factory.LazyFunction(host_answers),
            population_used=12_000,
            population_source="gus",
        )
        eligible = factory.Trait(submitted=True, status=SurveyStatus.ELIGIBLE)

    edition = factory.SubFactory(EditionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    gmina = factory.SelfAttribute("organisation.gmina")
    contact = factory.LazyAttribute(lambda s: ContactFactory(organisation=s.organisation))
    email = factory.LazyAttribute(lambda s: s.contact.email)
    draft_answers = factory.SelfAttribute("answers")
    started_at = factory.LazyFunction(timezone.now)
    saved_at = factory.SelfAttribute("started_at")
