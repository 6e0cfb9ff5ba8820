"""Pages of the survey about what the office offers: themes, stay, mentor, declarations."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from applications.forms.host_fields import (
    PhoneField,
    SurveyPage,
    WholeNumberField,
    area,
    line,
    one_of,
    some_of,
)
from applications.survey_plan import THEMES_MAX, as_list
from mailing.addresses import AddressField
from programme.enums import ConsentKind

UNITS = (
    ("ops", _("Social welfare centre (OPS, CUS)")),
    ("szkoly", _("Schools")),
    ("przedszkola", _("Kindergartens")),
    ("kultura", _("Culture")),
    ("biblioteka", _("Library")),
    ("wod_kan", _("Water and sewage")),
    ("odpady", _("Waste, collection point (PSZOK)")),
    ("transport", _("Transport")),
    ("osp", _("Voluntary fire brigade (OSP)")),
    ("zdrowie", _("Health")),
    ("ngo", _("Non-governmental organisations")),
    ("lgd", _("Local action group (LGD)")),
    ("inne", _("Others")),
)
PARTLY = (("tak", _("Yes")), ("czesciowo", _("Partly")), ("nie", _("No")))
LODGING = (
    ("wlasny", _("We have a place of our own")),
    ("oferta", _("We will point out an offer")),
    ("nie", _("We cannot help")),
)
ACCESS = (("pelna", _("Full")), ("czesciowa", _("Partial")), ("brak", _("None")))
HAS_MENTOR = (("tak", _("Yes")), ("jeszcze_nie", _("Not yet")))
LEVELS = (
    ("", _("Choose")),
    ("brak", _("Does not know")),
    *((level, level) for level in ("A1", "A2", "B1", "B2", "C1", "C2")),
)
MAYBE = (("tak", _("Yes")), ("byc_moze", _("Perhaps")), ("nie", _("No")))
OFFICE_LANGUAGES = (("uk", _("Ukrainian")), ("en", _("English")))
TIMES = (
    ("rano", _("In the morning")),
    ("popoludnie", _("In the afternoon")),
    ("pon", _("Monday")),
    ("wt", _("Tuesday")),
    ("sr", _("Wednesday")),
    ("czw", _("Thursday")),
    ("pt", _("Friday")),
)
SOURCES = (
    ("email_zmp", _("An e-mail of ZMP")),
    ("zgwrp", _("ZGWRP")),
    ("strona", _("A website")),
    ("fsm", _("Solidarity Fund PL (FSM)")),
    ("inne", _("Another way")),
)
MENTOR_LANGUAGES = ("pl", "uk", "en", "ru")


def refuse_more_than_five(chosen: list[str]) -> list[str]:
    """Themes are at most five."""
    if len(chosen) > THEMES_MAX:
        raise ValidationError(
            _("Choose at most %(most)d themes. Now there are %(count)d."),
            code="too_many",
            params={"most": THEMES_MAX, "count": len(chosen)},
        )
    return chosen


class ThemesPage(SurveyPage):
    """D1: which themes; their order is the next page."""

    slug = "tematy"
    title = _("Themes")
    tematy = some_of(
        _("In which areas can you show good solutions?"),
        help_text=_("Choose from 1 to 5. On the next page you will put them in order."),
    )

    def prepare(self) -> None:
        """The vocabulary of the edition."""
        self.fields["tematy"].choices = self.context.themes

    def clean_tematy(self) -> list[str]:
        """At most five; an order given before is kept."""
        chosen = refuse_more_than_five(self.cleaned_data["tematy"])
        before = [code for code in as_list(self.answers.get("tematy")) if code in chosen]
        return before + [code for code in chosen if code not in before]


class OrderPage(SurveyPage):
    """D1: the order of the themes, by buttons; works without JavaScript."""

    slug = "kolejnosc"
    title = _("Order of the themes")
    tematy = forms.MultipleChoiceField(
        label=_("From the most important"), widget=forms.MultipleHiddenInput
    )

    def prepare(self) -> None:
        """Only the themes that were chosen."""
        chosen = as_list(self.answers.get("tematy"))
        self.names = {code: name for code, name in self.context.themes if code in chosen}
        self.fields["tematy"].choices = list(self.names.items())

    def clean_tematy(self) -> list[str]:
        """The same themes, each once, in the order sent; what was left out stands last."""
        order = list(dict.fromkeys(self.cleaned_data["tematy"]))
        known = [code for code in as_list(self.answers.get("tematy")) if code in self.names]
        return order + [code for code in known if code not in order]

    @property
    def items(self) -> list[dict[str, str]]:
        """Rows of the rank list."""
        known = as_list(self.answers.get("tematy"))
        return [{"code": code, "label": self.names[code]} for code in known if code in self.names]


class PracticesPage(SurveyPage):
    """D2-D4: what there is to see and to learn."""

    slug = "praktyki"
    title = _("Good practices")
    praktyki = area(
        _("Short description of 1 to 3 good practices"),
        1500,
        least=100,
        help_text=_("From 100 to 1500 characters."),
    )
    oczekiwania = area(_("What would you like to learn from the hromada?"), 1000)
    jednostki = some_of(_("Units that the intern could visit"), UNITS, required=False)


class HostingPage(SurveyPage):
    """E1-E4: how many interns, and when."""

    slug = "przyjecie"
    title = _("Hosting an intern")
    liczba_stazystow = forms.TypedChoiceField(
        label=_("How many interns can you host?"), coerce=int, widget=forms.RadioSelect
    )
    terminy = some_of(_("Possible dates of the internship"))
    terminy_nie = line(_("Dates that are excluded, and why"), least=0, most=300, required=False)
    stanowisko_pracy = one_of(_("A desk, a computer and internet for the intern"), PARTLY)

    def prepare(self) -> None:
        """Windows and the largest number are settings of the edition."""
        most = self.context.edition.interns_per_host_max
        self.fields["liczba_stazystow"].choices = [(n, str(n)) for n in range(1, most + 1)]
        offered = self.context.windows(self.answers.get("terminy"))
        self.fields["terminy"].choices = offered or [
            ("do_uzgodnienia", _("The dates are to be agreed"))
        ]


class LodgingPage(SurveyPage):
    """E5-E7: where the intern could live."""

    slug = "nocleg"
    title = _("Accommodation and travel")
    nocleg = one_of(_("Help in finding accommodation"), LODGING)
    nocleg_opis = area(_("Description of the accommodation"), 500)
    nocleg_km = WholeNumberField(
        label=_("Distance from the office in kilometres"),
        help_text=_("Rounded to whole kilometres, for example 3."),
        units=("km",),
        min_value=0,
        max_value=50,
        required=False,
    )
    nocleg_koszt = WholeNumberField(
        label=_("Approximate cost of one night in PLN"),
        help_text=_("One figure, for example 150."),
        units=("zł", "PLN"),
        min_value=0,
        max_value=100_000,
        required=False,
    )
    dojazd = line(
        _("Nearest railway station or bus stop; public transport"),
        least=0,
        most=200,
        required=False,
    )


class AccessPage(SurveyPage):
    """E8: accessibility."""

    slug = "dostepnosc"
    title = _("Accessibility")
    dostepnosc = one_of(
        _("Accessibility of the office and the accommodation for people with disabilities"), ACCESS
    )
    dostepnosc_opis = area(_("Description"), 1000)


class MentorPage(SurveyPage):
    """F1: is there a candidate?"""

    slug = "mentor"
    title = _("Mentor")
    intro = _("The mentor looks after the intern at work and helps to settle in the town.")
    mentor_jest = one_of(_("Do you have a candidate for the mentor?"), HAS_MENTOR)


class MentorPersonPage(SurveyPage):
    """F2: who the candidate is."""

    slug = "mentor-osoba"
    title = _("Candidate for the mentor")
    mentor_imie = line(_("First name"), most=120)
    mentor_nazwisko = line(_("Last name"), most=120)
    mentor_stanowisko = line(_("Position"), most=120)
    mentor_email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        # Another person's: the browser must not offer the address of the one who types.
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": _(
                "Write the e-mail address as name@office.pl, for example a.nowak@serock.pl."
            )
        },
    )
    mentor_tel = PhoneField(
        label=_("Telephone"),
        max_length=40,
        help_text=_("For example: 22 123 45 67, with an extension: 22 123 45 67 wew. 12."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


class MentorLanguagesPage(SurveyPage):
    """F4: languages of the mentor, by level. The other one has a name and a level, or neither."""

    slug = "mentor-jezyki"
    title = _("Languages of the mentor")
    intro = _("Levels by the European scale: A1 is a beginner, C2 is as good as a native speaker.")
    jezyk_pl = forms.ChoiceField(label=_("Polish"), choices=LEVELS)
    jezyk_uk = forms.ChoiceField(label=_("Ukrainian"), choices=LEVELS)
    jezyk_en = forms.ChoiceField(label=_("English"), choices=LEVELS)
    jezyk_ru = forms.ChoiceField(label=_("Russian"), choices=LEVELS)
    jezyk_inny = line(_("Another language"), least=0, most=80, required=False)
    jezyk_inny_poziom = forms.ChoiceField(
        label=_("Level of the other language"),
        choices=[level for level in LEVELS if level[0] != "brak"],
        required=False,
    )

    def initial_from(self, answers: Any) -> dict[str, Any]:
        """From the nested answer."""
        known = answers.get("mentor_jezyki") or {}
        return {f"jezyk_{code}": level for code, level in known.items()}

    def clean(self) -> dict[str, Any]:
        """A language without a level says nothing, and a level without a language either."""
        cleaned = super().clean() or {}
        name, level = cleaned.get("jezyk_inny"), cleaned.get("jezyk_inny_poziom")
        if name and not level:
            self.add_error("jezyk_inny_poziom", _("Choose the level of the other language."))
        if level and not name:
            self.add_error("jezyk_inny", _("Write which other language it is."))
        return cleaned

    def to_answers(self) -> dict[str, Any]:
        """One nested answer; complete only when all four levels are given."""
        levels = {
            name.removeprefix("jezyk_"): value for name, value in self.cleaned_data.items() if value
        }
        if not levels.keys() >= {"inny", "inny_poziom"}:  # half of it says nothing
            levels = {code: level for code, level in levels.items() if "inny" not in code}
        complete = all(code in levels for code in MENTOR_LANGUAGES)
        return {"mentor_jezyki": levels} if complete else {}


class MentorRolePage(SurveyPage):
    """F3, F5-F7: what the mentor knows and will attend."""

    slug = "mentor-udzial"
    title = _("Competences of the mentor")
    mentor_obszary = some_of(_("Areas of competence (at most 5)"))
    mentor_udzial = one_of(
        _("Will the mentor take part in the inaugural and the closing meeting?"), MAYBE
    )
    mentor_zastepca = line(
        _("Deputy mentor: first and last name"), least=0, most=160, required=False
    )
    mentor_info = forms.BooleanField(
        label=_("The candidate for mentor knows of it and has received the privacy notice")
    )

    def prepare(self) -> None:
        """The vocabulary of the edition."""
        self.fields["mentor_obszary"].choices = self.context.themes

    def clean_mentor_obszary(self) -> list[str]:
        """At most five."""
        return refuse_more_than_five(self.cleaned_data["mentor_obszary"])


class MeetingPage(SurveyPage):
    """G1, H1-H2: languages of the office, times of the information session."""

    slug = "spotkanie"
    title = _("Information session online")
    jezyki_urzedu = some_of(
        _("Does anybody in the office speak Ukrainian or English?"),
        OFFICE_LANGUAGES,
        required=False,
    )
    spotkanie_pora = some_of(
        _("When would an online information session suit you?"), TIMES, required=False
    )
    spotkanie_osoby = WholeNumberField(
        label=_("How many people will take part?"), min_value=1, max_value=5, required=False
    )


class RemarksPage(SurveyPage):
    """I1-I2: source and remarks."""

    slug = "uwagi"
    title = _("Questions and remarks")
    zrodlo = one_of(_("How do you know of the programme?"), SOURCES, required=False)
    uwagi = area(_("Questions and remarks"), 1500)


class DeclarationsPage(SurveyPage):
    """K1-K5: declarations, and consents that are never ticked beforehand."""

    slug = "oswiadczenia"
    title = _("Declarations")
    osw_prawda = forms.BooleanField(
        label=_(
            "I declare that the data are true and that the head of the municipality knows of this"
        )
    )
    osw_zalacznik = forms.BooleanField(
        label=_(
            "I have read the description of the roles of the host, the mentor and the foundation"
        )
    )
    rodo_info = forms.BooleanField(label=_("I have read the privacy notice"))
    zgoda_newsletter = forms.BooleanField(
        label=_("I want to receive news of the programme"), required=False
    )
    zgoda_lista = forms.BooleanField(
        label=_("I agree that the municipality be named on the list of those interested"),
        required=False,
    )
    texts = {
        "osw_prawda": ConsentKind.TRUTH,
        "osw_zalacznik": ConsentKind.ROLES,
        "rodo_info": ConsentKind.PRIVACY_HOST,
        "zgoda_newsletter": ConsentKind.NEWS,
        "zgoda_lista": ConsentKind.LISTING,
    }

    def prepare(self) -> None:
        """The words of the version in force, where the edition has them."""
        for name, kind in self.texts.items():
            if text := self.context.consents.get(kind):
                self.fields[name].label = text
        for name, (address, words) in self.to_read().items():
            self.fields[name].help_text = format_html('<a href="{}">{}</a>', address, words)

    @staticmethod
    def to_read() -> dict[str, tuple[str, Promise]]:
        """Where that stands which a person declares to have read."""
        return {
            "osw_zalacznik": (reverse("programme:home") + "#role", _("Who does what")),
            "rodo_info": (reverse("programme:privacy"), _("How we process personal data")),
        }
