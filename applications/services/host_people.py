"""People, office and consents that a sent survey names, kept in their own records."""

from datetime import datetime

from applications.models import HostSurvey
from applications.selectors.host import consent_texts
from core.models import User
from programme import services as programme
from programme.enums import ConsentKind, ContactRole
from programme.models import Contact, Organisation


def save_people(survey: HostSurvey, answers: dict) -> Contact:
    """Head and contact person as typed; official details fill gaps of the register.

    A possible duplicate writes down only whom to answer: what it says of the office waits for
    staff.
    """
    organisation = survey.organisation
    if not survey.is_duplicate:
        _save_office(organisation, answers)
    return programme.save_contact(
        organisation,
        role=ContactRole.CONTACT,
        first_name=answers["kontakt_imie"],
        last_name=answers["kontakt_nazwisko"],
        position=answers["kontakt_stanowisko"],
        email=answers["kontakt_email"],
        phone=answers["kontakt_tel"],
        language=survey.language,
    )


def _save_office(organisation: Organisation, answers: dict) -> None:
    typed = {
        "nip": "nip",
        "regon": "regon",
        "adres_ulica": "street",
        "adres_kod": "postcode",
        "adres_miejscowosc": "town",
        "www": "website",
        "e_doreczenia": "e_delivery",
    }
    filled = [field for key, field in typed.items() if answers.get(key)]
    for key, field in typed.items():
        if answers.get(key):
            setattr(organisation, field, answers[key])
    organisation.save(update_fields=filled)
    head = organisation.contacts.filter(role=ContactRole.HEAD, is_active=True).first()
    is_same = head is not None and (head.first_name, head.last_name) == (
        answers["kierownik_imie"],
        answers["kierownik_nazwisko"],
    )
    programme.save_contact(
        organisation,
        role=ContactRole.HEAD,
        email=head.email if head is not None and is_same else "",
        title=answers["tytul_kierownika"],
        first_name=answers["kierownik_imie"],
        last_name=answers["kierownik_nazwisko"],
        grammatical_gender=answers["forma"],
        language="pl",
    )


def record_consents(
    survey: HostSurvey, answers: dict, now: datetime, *, actor: User | None = None
) -> None:
    """Keep which clauses were confirmed, in the words that were shown."""
    given = {
        "osw_prawda": ConsentKind.TRUTH,
        "osw_zalacznik": ConsentKind.ROLES,
        "rodo_info": ConsentKind.PRIVACY_HOST,
        "zgoda_newsletter": ConsentKind.NEWS,
        "zgoda_lista": ConsentKind.LISTING,
    }
    written = consent_texts(survey.edition, survey.language)
    programme.record_consents(
        subject=survey,
        email=answers["kontakt_email"],
        kinds=[kind for key, kind in given.items() if answers.get(key) and kind in written],
        language=survey.language,
        now=now,
        actor=actor,
    )
