"""Pages of the survey about the office: municipality, address, people, experience."""

from collections.abc import Collection
from email.utils import parseaddr

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from applications.eligibility import is_within_limit
from applications.forms.host_fields import (
    DeliveryAddressField,
    IdentifierField,
    PhoneField,
    PostcodeField,
    SurveyPage,
    WebsiteField,
    WholeNumberField,
    area,
    line,
    one_of,
    some_of,
)
from applications.selectors.prefill import domain_of
from applications.survey_plan import as_list
from core import formats
from mailing.addresses import AddressField
from programme import identifiers
from programme.enums import Gender, HeadTitle

MEMBERSHIP = (
    ("zmp", _("Association of Polish Cities (ZMP)")),
    ("zgwrp", _("Union of Rural Communes of the Republic of Poland (ZGWRP)")),
    ("zadne", _("Neither of them")),
)
HEADS = (
    (HeadTitle.PREZYDENT, _("City mayor (prezydent)")),
    (HeadTitle.BURMISTRZ, _("Mayor (burmistrz)")),
    (HeadTitle.WOJT, _("Rural mayor (wójt)")),
)
ADDRESSES = ((Gender.FEMININE, _("Ms (Pani)")), (Gender.MASCULINE, _("Mr (Pan)")))
COOPERATION = (
    ("umowa", _("A partnership agreement")),
    ("bez_umowy", _("Cooperation without an agreement")),
    ("jeszcze_nie", _("Not yet")),
)
PARTNER_INTERN = (("tak", _("Yes")), ("nie", _("No")), ("obojetne", _("It does not matter")))
READINESS = (("tak", _("Yes")), ("rozwazymy", _("We will consider it")), ("nie", _("No")))


class MunicipalityPage(SurveyPage):
    """A1-A4, A10: name, population and membership. The limit is tested at once (A10)."""

    slug = "gmina"
    title = _("Your municipality")
    nazwa_urzedowa = line(
        _("Full official name"),
        least=3,
        most=150,
        help_text=_("For example: Miasto i Gmina Serock."),
        autocomplete="organization",
    )
    ludnosc = WholeNumberField(
        label=_("Number of inhabitants"),
        min_value=1,
        help_text=_("The newest figure of Statistics Poland (GUS), on 31 December."),
        error_messages={"invalid": _("Write a whole number in figures, for example 14532.")},
    )
    czlonkostwo = some_of(_("Membership"), MEMBERSHIP)

    def prepare(self) -> None:
        """Say where a membership comes from, so that it is confirmed and not overlooked."""
        if self.suggested("czlonkostwo"):
            self.fields["czlonkostwo"].help_text = _(
                "Filled in from the list of members of the union. Please check it."
            )

    def clean_ludnosc(self) -> int:
        """80 000 passes, 80 001 does not; the official figure counts as well as the typed one."""
        typed = self.cleaned_data["ludnosc"]
        limit = self.context.limit
        figure = self.context.figure
        if limit is None:
            return typed
        largest = max(typed, figure.value) if figure else typed
        if not is_within_limit(largest, limit):
            language = get_language() or "pl"
            raise ValidationError(
                _now(
                    "This edition is for municipalities of at most %(limit)s inhabitants, and "
                    "here the number is %(number)s. The survey cannot be continued. If the "
                    "number is not right, or you want to ask about an exception, please write "
                    "to us: %(email)s."
                ),
                code="over_limit",
                params={
                    "limit": formats.number(limit, language),
                    "number": formats.number(largest, language),
                    "email": parseaddr(settings.REPLY_TO_EMAIL)[1],
                },
            )
        return typed

    def clean_czlonkostwo(self) -> list[str]:
        """Neither excludes the unions."""
        return self.only_alone(
            "czlonkostwo", "zadne", _("Choose the unions, or only “Neither of them”.")
        )


class AddressPage(SurveyPage):
    """A7-A9: where the office is."""

    slug = "adres"
    title = _("Address of the office")
    adres_ulica = line(_("Street and number"), most=150, autocomplete="address-line1")
    adres_kod = PostcodeField(
        label=_("Postcode"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "class": "short"}),
    )
    adres_miejscowosc = line(_("Town or village"), most=100, autocomplete="address-level2")
    www = WebsiteField(
        label=_("Website"),
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
    )
    e_doreczenia = DeliveryAddressField(
        label=_("Address for e-Doręczenia, or ePUAP box"),
        max_length=120,
        required=False,
        help_text=_("For example AE:PL-12345-67890-ABCDE-12."),
    )


class NumbersPage(SurveyPage):
    """A5-A6: official numbers; needed only for the agreement."""

    slug = "numery"
    title = _("Official numbers")
    intro = _("You may leave these out now. We will need them for the agreement.")
    nip = IdentifierField(check=identifiers.clean_nip, label=_("NIP"), required=False)
    regon = IdentifierField(check=identifiers.clean_regon, label=_("REGON"), required=False)


class HeadPage(SurveyPage):
    """B1-B3: the head and the form of address, confirmed and not guessed."""

    slug = "kierownik"
    title = _("Head of the municipality")
    intro = _("We ask so that our letters address the head correctly.")
    tytul_kierownika = one_of(_("Office held"), HEADS)
    kierownik_imie = line(_("First name"))
    kierownik_nazwisko = line(_("Last name"))
    forma = one_of(_("Form of address"), ADDRESSES)
    words_of_sources = {
        "register": _("We suggest it from the contacts on file. Please check it."),
        "kind": _("We suggest it from the kind of the municipality. Please check it."),
    }

    def prepare(self) -> None:
        """A suggestion is marked as one: confirmed by the person, not guessed for her."""
        for name in ("tytul_kierownika", "kierownik_nazwisko"):
            if source := self.suggested(name):
                self.fields[name].help_text = self.words_of_sources[source]


class ContactPage(SurveyPage):
    """B4-B6: whom we write to."""

    slug = "kontakt"
    title = _("Contact person")
    intro = _("We will send the confirmation and all further letters to this person.")
    kontakt_imie = line(_("First name"), most=120, autocomplete="given-name")
    kontakt_nazwisko = line(_("Last name"), most=120, autocomplete="family-name")
    kontakt_stanowisko = line(_("Position"), most=120, autocomplete="organization-title")
    kontakt_email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("An address of the office is best. For example: a.nowak@serock.pl."),
        error_messages={
            "invalid": _(
                "Write the e-mail address as name@office.pl, for example a.nowak@serock.pl."
            )
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    kontakt_tel = PhoneField(
        label=_("Telephone"),
        max_length=40,
        help_text=_("For example: 22 123 45 67, with an extension: 22 123 45 67 wew. 12."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    @property
    def warning(self) -> str:
        """An address outside the office's own domain is taken, and pointed out (B5)."""
        known = self.context.office_domains | {domain_of(str(self.answers.get("www") or ""))}
        address = str(self.cleaned_data.get("kontakt_email") or "")
        if not is_outside(address, known):
            return ""
        return _now(
            "The e-mail address is not in the domain of the office. If it is right, you need not "
            "do anything. Address: %(email)s. Domain of the office: %(domain)s."
        ) % {"email": address, "domain": ", ".join(sorted(filter(None, known)))}


class ExperiencePage(SurveyPage):
    """C1, C2, C5: what the office has done before."""

    slug = "doswiadczenie"
    title = _("Experience")
    poprzednie_edycje = some_of(
        _("Has the office hosted an intern of the programme? In which years?")
    )
    wspolpraca_ua = one_of(_("Cooperation with a local government of Ukraine"), COOPERATION)
    projekty_mn = area(_("Experience in international projects"), 1000)

    def prepare(self) -> None:
        """Years of earlier editions."""
        chosen = as_list(self.answers.get("poprzednie_edycje"))
        self.fields["poprzednie_edycje"].choices = [
            *((year, year) for year in self.context.years(chosen)),
            ("nie", _("No, never")),
        ]

    def clean_poprzednie_edycje(self) -> list[str]:
        """Never excludes years."""
        return self.only_alone(
            "poprzednie_edycje", "nie", _("Choose the years, or only “No, never”.")
        )


def is_outside(address: str, domains: Collection[str]) -> bool:
    """Whether an e-mail address lies in none of the domains; never when none is known."""
    own = address.rpartition("@")[2].lower()
    known = [domain for domain in domains if domain]
    return bool(own and known) and not any(
        own == domain or own.endswith(f".{domain}") or domain.endswith(f".{own}")
        for domain in known
    )


class PartnerInternPage(SurveyPage):
    """C4: an intern from the partner?"""

    slug = "staz-partner"
    title = _("An intern from the partner hromada")
    staz_partner = one_of(
        _("Would you like to host a person from a partner hromada?"), PARTNER_INTERN
    )


class PartnershipPage(SurveyPage):
    """C6-C7: openness to partnership, the condition of the letter."""

    slug = "partnerstwo"
    title = _("Partnership after the internship")
    gotowosc_partnerstwa = one_of(
        _("Is the office ready for partnership cooperation after the internship?"), READINESS
    )
    gotowosc_projekt = one_of(
        _("Is the office ready to be the partner of a small project of a hromada next year?"),
        READINESS,
    )
