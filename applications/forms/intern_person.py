"""Pages of the application about the body, the head, the person and the post (А, Б, В, Г, Д).

Keys are those of the form "Заявка на стажування" in the domain notes (8.2), with a word added
where one question has several parts.
"""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.intern_base import InternPageForm
from applications.forms.intern_fields import (
    ChoiceRadio,
    CyrillicNameField,
    EdrpouField,
    LatinNameField,
    LevelField,
    LineField,
    LongTextField,
    UkrainianPhoneField,
    WholeNumberField,
    YesNoField,
)
from core import formats
from core.widgets import DateFieldsField
from mailing.addresses import AddressField
from programme.enums import Gender, HeadTitle, SecurityStatus
from programme.models import Edition

AGE_FROM, AGE_TO = 18, 75
HEAD_TITLES = [
    (HeadTitle.HOLOVA, _("head of the hromada")),
    (HeadTitle.NACHALNYK, _("head of the military administration")),
]
GENDERS = [(Gender.FEMININE, _("Ms (пані)")), (Gender.MASCULINE, _("Mr (пан)"))]
SECURITY = [
    (SecurityStatus.SAFE, _("outside the zone of hostilities")),
    (SecurityStatus.POSSIBLE, _("possible hostilities")),
    (SecurityStatus.ACTIVE, _("active hostilities")),
    (SecurityStatus.DEOCCUPIED, _("de-occupied")),
    (SecurityStatus.OCCUPIED, _("temporarily occupied, the body has been relocated")),
]


def whole_years(born: date, on: date) -> int:
    """Age in whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _closing_day(edition: Edition) -> date:
    """The last day, in Kyiv, on which an application may be sent."""
    return formats.last_minute(edition.applications_close_at).astimezone(formats.KYIV).date()


class BodyForm(InternPageForm):
    """А2-А7: the body that sends the candidate."""

    slug, title = "organ", _("Your hromada and its body")

    organ = LineField(
        label=_("Official name of the body"),
        help_text=_("Council, executive committee or military administration."),
        min_length=3,
        max_length=200,
    )
    edrpou = EdrpouField(
        label=_("EDRPOU code of the body"), help_text=_("8 digits, for example 32855961.")
    )
    naselennia = WholeNumberField(
        label=_("Number of inhabitants of the hromada"), min_value=1, max_value=9_999_999
    )
    bezpeka = ChoiceRadio(label=_("Security situation"), choices=SECURITY)
    adresa = LineField(
        label=_("Address of the body"),
        help_text=_("Street, number, settlement, postcode."),
        min_length=5,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    sait = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("For example https://hromada.gov.ua"),
        error_messages={"invalid": _("Write a whole address, e.g. https://hromada.gov.ua")},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
    )

    def prepare(self) -> None:
        figure = self.application.hromada.latest_population
        if figure is None:
            return
        self.fields["naselennia"].help_text = _(
            "The register gives %(value)s (as of %(day)s). Correct it if you have a newer figure."
        ) % {
            "value": f"{figure.value:,}".replace(",", "\u00a0"),
            "day": f"{figure.on:%d.%m.%Y}",
        }
        self.initial.setdefault("naselennia", figure.value)


class HeadForm(InternPageForm):
    """А8, А9: the head, who confirms the candidate."""

    slug, title = "kerivnyk", _("Head of the body")

    kerivnyk_posada = ChoiceRadio(label=_("Post of the head"), choices=HEAD_TITLES)
    kerivnyk_prizvyshche = CyrillicNameField(label=_("Surname of the head"))
    kerivnyk_imia = CyrillicNameField(label=_("First name of the head"))
    kerivnyk_po_batkovi = CyrillicNameField(label=_("Patronymic of the head"), required=False)
    kerivnyk_zvertannia = ChoiceRadio(label=_("How to address the head"), choices=GENDERS)
    kerivnyk_email = AddressField(
        label=_("E-mail address of the head"),
        max_length=254,
        help_text=_(
            "After you send the application, we send there a link with which the head confirms "
            "your candidacy. It must not be your own address."
        ),
        error_messages={
            "required": _("Write the e-mail address of the head, e.g. holova@hromada.gov.ua"),
            "invalid": _("Write a whole e-mail address, e.g. holova@hromada.gov.ua"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_kerivnyk_email(self) -> str:
        """The head confirms from another address than the candidate's."""
        address = self.cleaned_data["kerivnyk_email"]
        if address.lower() == self.application.email.lower():
            raise ValidationError(
                _("Write the head's own address: nobody confirms a candidacy for themselves.")
            )
        return address


class PersonForm(InternPageForm):
    """Б1-Б5: who applies."""

    slug, title = "osoba", _("About you")

    prizvyshche = CyrillicNameField(label=_("Surname"))
    imia = CyrillicNameField(label=_("First name"))
    po_batkovi = CyrillicNameField(label=_("Patronymic"), required=False)
    prizvyshche_lat = LatinNameField(
        label=_("Surname in Latin letters"), help_text=_("Exactly as in the passport for travel.")
    )
    imia_lat = LatinNameField(
        label=_("First name in Latin letters"),
        help_text=_("Exactly as in the passport for travel."),
    )
    data_nar = DateFieldsField(
        label=_("Date of birth"), help_text=_("Day, month, year, for example 14 4 1985.")
    )
    stat = ChoiceRadio(
        label=_("Sex, as in the document"),
        choices=[(Gender.FEMININE, _("woman")), (Gender.MASCULINE, _("man"))],
    )
    telefon = UkrainianPhoneField(
        label=_("Telephone"), help_text=_("For example +380 50 123 45 67.")
    )
    mesendzher = LineField(
        label=_("Messenger"),
        help_text=_("Which one and under what name, if not the telephone number."),
        required=False,
        max_length=100,
    )

    def clean_data_nar(self) -> date:
        """The age on the closing day must lie between 18 and 75 years."""
        born = self.cleaned_data["data_nar"]
        closing = _closing_day(self.edition)
        if not AGE_FROM <= whole_years(born, closing) <= AGE_TO:
            raise ValidationError(
                _("Check the date: candidates are between %(least)d and %(most)d years old."),
                params={"least": AGE_FROM, "most": AGE_TO},
            )
        return born


class PostForm(InternPageForm):
    """В1-В7: the post."""

    slug, title = "posada", _("Your post")

    posada = LineField(label=_("Post"), min_length=3, max_length=150)
    pidrozdil = LineField(label=_("Department"), max_length=150)
    riven = ChoiceRadio(
        label=_("Level of the post"),
        choices=[
            ("higher", _("higher managerial level (for example deputy head of the council)")),
            ("middle", _("middle managerial level (for example head of a department)")),
            ("other", _("other")),
        ],
        help_text=_("The programme is for the higher and middle managerial level."),
    )
    posadova_osoba = YesNoField(label=_("Are you an official of local self-government?"))
    stazh = WholeNumberField(
        label=_("Years of work in local self-government"), min_value=0, max_value=50
    )
    na_posadi_z = DateFieldsField(
        label=_("In this post since"), help_text=_("Day, month, year, for example 1 9 2021.")
    )
    pidlehli = WholeNumberField(
        label=_("Number of people who report to you"), min_value=0, max_value=500
    )
    oboviazky = LongTextField(label=_("Main duties"), min_chars=100, max_chars=1000)

    def clean_na_posadi_z(self) -> date:
        """Nobody can be in a post since a day to come."""
        since = self.cleaned_data["na_posadi_z"]
        closing = _closing_day(self.edition)
        if not date(1950, 1, 1) <= since <= closing:
            raise ValidationError(_("Check the date: it must be a day in the past."))
        return since


class LanguagesForm(InternPageForm):
    """Г1-Г3: education and languages."""

    slug, title = "movy", _("Education and languages")

    osvita = LineField(
        label=_("Education"),
        help_text=_("School, subject, year."),
        required=False,
        max_length=300,
    )
    movy_pl = LevelField(label=_("Polish"))
    movy_en = LevelField(label=_("English"))
    movy_inshi = LineField(
        label=_("Other languages"),
        help_text=_("Language and level, for example: German B1."),
        required=False,
        max_length=200,
    )
    kurs = YesNoField(
        label=_("Are you ready to attend the Polish language course?"),
        help_text=_("The course is a part of the preparation."),
    )


class ExperienceForm(InternPageForm):
    """Д1-Д3: experience."""

    slug, title = "dosvid", _("Experience")

    dosvid_proekty = LongTextField(
        label=_("Experience in preparing and carrying out projects"), max_chars=1500
    )
    dosvid_mn = LongTextField(
        label=_("Experience of international cooperation"), max_chars=1000, required=False
    )
    ranishe = ChoiceRadio(
        label=_("Have you or your hromada taken part in the programme before?"),
        choices=[
            ("no", _("No")),
            ("hromada", _("Somebody else from the hromada has")),
            ("me", _("I have")),
        ],
    )
    ranishe_roky = LineField(
        label=_("In which years?"),
        help_text=_("Only if somebody from the hromada has taken part, for example 2023."),
        required=False,
        max_length=60,
    )

    def clean(self) -> dict[str, object]:
        """The years are asked for only when somebody has taken part; otherwise none is kept."""
        cleaned = super().clean()
        if cleaned.get("ranishe") == "no":
            cleaned["ranishe_roky"] = ""
        elif cleaned.get("ranishe") and not cleaned.get("ranishe_roky"):
            self.add_error("ranishe_roky", _("Write the year or years, for example 2023."))
        return cleaned
