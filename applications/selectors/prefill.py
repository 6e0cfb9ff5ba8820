"""What we know of a municipality before it answers, and where we know it from."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from applications.eligibility import Figure
from programme.enums import ContactRole
from programme.models import Gmina, Organisation
from programme.salutations import suggest_title

OF_OFFICE = frozenset(
    {
        "nazwa_urzedowa",
        "czlonkostwo",
        "adres_ulica",
        "adres_kod",
        "adres_miejscowosc",
        "www",
        "e_doreczenia",
        "nip",
        "regon",
    }
)
OF_HEAD = frozenset({"tytul_kierownika", "kierownik_imie", "kierownik_nazwisko", "forma"})


@dataclass(frozen=True)
class Prefill:
    """What we know already, and where from: the person confirms it, nothing is taken for granted.

    `sources`: key of an answer -> "register" (people of the office on file), "kind" (the kind of
    gmina) or "membership" (list of a union).
    """

    answers: dict[str, object]
    sources: dict[str, str]


def prefill(
    wanted: Collection[str],
    *,
    gmina: Gmina,
    email: str,
    office: Callable[[], Organisation | None],
    figure: Callable[[], Figure | None],
) -> Prefill:
    """Name, population and people of the municipality, as the registers have them (A11).

    Only what is `wanted` is looked up: a page about something else costs no query.
    """
    known = Prefill({"kontakt_email": email}, {})
    if "ludnosc" in wanted and (official := figure()) is not None:
        known.answers["ludnosc"] = official.value
    if OF_OFFICE & set(wanted):
        _tell_office(known, gmina, office(), wanted)
    if OF_HEAD & set(wanted):
        _suggest_head(known, gmina, office())
    return known


def _tell_office(
    known: Prefill, gmina: Gmina, office: Organisation | None, wanted: Collection[str]
) -> None:
    """Name, address and numbers of the office on file.

    "Serock" alone, as registers call the place, is not the full name that the survey asks for.
    """
    if office is None:
        return
    if office.name.strip().casefold() != gmina.name.strip().casefold():
        known.answers["nazwa_urzedowa"] = office.name
    known.answers.update(
        {
            "adres_ulica": office.street,
            "adres_kod": office.postcode,
            "adres_miejscowosc": office.town,
            "www": secure(office.website),
            "e_doreczenia": office.e_delivery,
            "nip": office.nip,
            "regon": office.regon,
        }
    )
    if "czlonkostwo" in wanted and (unions := unions_of(office)):
        known.answers["czlonkostwo"] = unions
        known.sources["czlonkostwo"] = "membership"


def _suggest_head(known: Prefill, gmina: Gmina, office: Organisation | None) -> None:
    """Who the head is, by the contacts on file; else only the title, where the kind settles it."""
    head = office.contacts.filter(role=ContactRole.HEAD, is_active=True).first() if office else None
    title = str(head.title) if head else str(suggest_title(gmina.kind))
    if title:
        known.answers["tytul_kierownika"] = title
        known.sources["tytul_kierownika"] = "register" if head else "kind"
    if head is not None:
        known.answers.update(
            {
                "kierownik_imie": head.first_name,
                "kierownik_nazwisko": head.last_name,
                "forma": head.grammatical_gender,
            }
        )
        known.sources["kierownik_nazwisko"] = "register"


def secure(address: str) -> str:
    """The address of a website on file as the survey takes it: with https."""
    return (
        f"https://{address.removeprefix('http://')}" if address.startswith("http://") else address
    )


def unions_of(office: Organisation) -> list[str]:
    """Codes of the unions of which the office is a member now, by their lists."""
    open_ones = office.memberships.filter(ended_on=None)
    return sorted(open_ones.values_list("union", flat=True))


def office_domains(office: Organisation | None) -> frozenset[str]:
    """Domains of the office: of its website and of its general address; empty when unknown."""
    if office is None:
        return frozenset()
    return frozenset(
        filter(None, [domain_of(office.website), office.email.rpartition("@")[2].lower()])
    )


def domain_of(address: str) -> str:
    """ "serock.pl" of "https://www.serock.pl/kontakt"; empty when there is none."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return host.removeprefix("www.")
