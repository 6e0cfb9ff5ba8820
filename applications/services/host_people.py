"""People, office and consents that a sent survey names, kept in their own records."""

from collections.abc import Mapping
from datetime import datetime

from applications.models import HostSurvey
from core.models import User
from programme import services as programme
from programme.enums import ConsentKind, ContactRole
from programme.models import ConsentText, Contact, Organisation


def save_people(survey: HostSurvey, answers: dict) -> Contact:
    """Head and contact person as typed; official details fill gaps of the register.

    A possible duplicate writes down only whom to answer: what it says of the office waits for
    staff.
    """
    contact = programme.Person(
        ContactRole.CONTACT,
        answers["kontakt_imie"],
        answers["kontakt_nazwisko"],
        answers["kontakt_email"],
        {
            "position": answers["kontakt_stanowisko"],
            "phone": answers["kontakt_tel"],
            "language": survey.language,
        },
    )
    if survey.is_duplicate:
        return programme.save_contacts(survey.organisation, [contact])[0]
    _save_office(survey.organisation, answers)
    head = programme.Person(
        ContactRole.HEAD,
        answers["kierownik_imie"],
        answers["kierownik_nazwisko"],
        None,  # the survey does not ask for the address of the head
        {
            "title": answers["tytul_kierownika"],
            "grammatical_gender": answers["forma"],
            "language": "pl",
        },
    )
    return programme.save_contacts(survey.organisation, [head, contact])[1]


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


def record_consents(
    survey: HostSurvey,
    answers: dict,
    now: datetime,
    *,
    texts: Mapping[str, ConsentText],
    actor: User | None = None,
) -> None:
    """Keep which clauses were confirmed, in the words that were shown: the newest `texts`."""
    given = {
        "osw_prawda": ConsentKind.TRUTH,
        "osw_zalacznik": ConsentKind.ROLES,
        "rodo_info": ConsentKind.PRIVACY_HOST,
        "zgoda_newsletter": ConsentKind.NEWS,
        "zgoda_lista": ConsentKind.LISTING,
    }
    programme.record_consents(
        subject=survey,
        email=answers["kontakt_email"],
        kinds=[kind for key, kind in given.items() if answers.get(key) and kind in texts],
        language=survey.language,
        now=now,
        texts=texts,
        actor=actor,
    )
