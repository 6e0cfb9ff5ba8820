"""What officials, mentors and coordinators fill in here."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.host_fields import PhoneField
from core.formats import WARSAW, moment
from core.forms import PageForm
from core.proof import AddressProofMixin
from core.uploads import UploadField
from mailing.addresses import AddressField
from mailing.placeholders import BadLetterText, check_link
from meetings.enums import Lodging
from meetings.models import Declaration, InformationSession, SessionChoice
from meetings.selectors import sessions_open_to
from programme import identifiers
from programme.placement_windows import Choices, offer

NEITHER = "neither"
WAIT = "wait"


class ChoiceForm(AddressProofMixin, PageForm):
    """Which session suits the municipality; full ones can be waited for."""

    session = forms.ChoiceField(
        label=_("Which date suits you?"), widget=forms.RadioSelect, required=True
    )
    people = forms.IntegerField(
        label=_("How many people will take part?"),
        min_value=1,
        max_value=5,
        initial=1,
        help_text=_("A number from 1 to 5."),
    )
    needs = forms.CharField(
        label=_("Do you need captions or an interpreter?"), max_length=300, required=False
    )
    reason = forms.CharField(
        label=_("If neither date suits you: why?"), max_length=300, required=False
    )
    wants_recording = forms.BooleanField(
        label=_("If neither date suits you: please send us the recording"), required=False
    )

    def __init__(
        self, *args, choice: SessionChoice, now: datetime, language: str, is_known: bool, **kwargs
    ):
        """Offers the sessions still open to this municipality, in its language."""
        super().__init__(*args, address=choice.survey.addressee.email, is_known=is_known, **kwargs)
        self.sessions = {str(one.pk): one for one in sessions_open_to(choice, now=now)}
        self.fields["session"].choices = [
            *self._offers(choice, language),
            (NEITHER, _("Neither date suits us")),
        ]
        if is_known:
            self._fill_in(choice)

    def _offers(self, choice: SessionChoice, language: str):
        for key, session in self.sessions.items():
            date = moment(session.starts_at, language, WARSAW)
            mine = choice.has_seat and choice.session_id == session.pk
            if session.free or mine:
                yield key, date
            else:
                yield (
                    f"{WAIT}:{key}",
                    _("%(date)s (full: put us on the waiting list)") % {"date": date},
                )

    def _fill_in(self, choice: SessionChoice) -> None:
        self.initial.setdefault("session", str(choice.session_id or ""))
        self.initial.setdefault("people", choice.people)
        self.initial.setdefault("needs", choice.needs)

    @property
    def chosen(self) -> InformationSession:
        """The session that was ticked; only when the answer is not `NEITHER`."""
        return self.sessions[self.cleaned_data["session"].removeprefix(f"{WAIT}:")]

    @property
    def is_neither(self) -> bool:
        """Whether neither date suits."""
        return self.cleaned_data["session"] == NEITHER

    @property
    def is_waiting(self) -> bool:
        """Whether the municipality asked for the waiting list."""
        return self.cleaned_data["session"].startswith(f"{WAIT}:")


class DeclarationForm(AddressProofMixin, PageForm):
    """The declaration of participation (domain 8.1, "Afterwards")."""

    nip = forms.CharField(
        label=_("NIP of the municipality"),
        help_text=_("Ten digits, for example 123-456-32-18."),
        max_length=20,
    )
    regon = forms.CharField(label=_("REGON"), max_length=20, required=False)
    representative = forms.CharField(
        label=_("Who signs for the office: name and position"), max_length=160
    )
    interns = forms.IntegerField(label=_("How many interns can you take?"), min_value=1)
    windows = forms.MultipleChoiceField(
        label=_("Possible dates of the internship"), widget=forms.CheckboxSelectMultiple
    )
    lodging = forms.ChoiceField(
        label=_("Help in finding lodging"), choices=Lodging, widget=forms.RadioSelect
    )
    mentor_first_name = forms.CharField(
        label=_("First name of the mentor"), min_length=2, max_length=80
    )
    mentor_last_name = forms.CharField(
        label=_("Last name of the mentor"), min_length=2, max_length=80
    )
    mentor_position = forms.CharField(label=_("Position of the mentor"), max_length=120)
    mentor_email = AddressField(
        label=_("E-mail address of the mentor"),
        help_text=_("We will ask this person to confirm."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    mentor_phone = PhoneField(label=_("Telephone of the mentor"), max_length=40, required=False)
    scan = UploadField(
        label=_("Signed declaration"),
        kinds={"pdf"},
        max_bytes=10 * 1024 * 1024,
        required=False,
        help_text=_("A PDF file of at most 10 MB, signed electronically or scanned."),
    )

    def __init__(self, *args, declaration: Declaration, windows: Choices, is_known: bool, **kwargs):
        """`windows` are the placement windows of the edition as (code, label)."""
        survey = declaration.survey
        super().__init__(*args, address=survey.addressee.email, is_known=is_known, **kwargs)
        offer(self.fields["windows"], windows)
        self.fields["scan"].owner = declaration.sender
        self.fields["interns"].max_value = survey.edition.interns_per_host_max
        self.fields["interns"].initial = declaration.interns
        self._fill_in(declaration, is_known=is_known)

    def _fill_in(self, declaration: Declaration, *, is_known: bool) -> None:
        """Nothing is asked twice: official numbers always, what a person typed when known here."""
        organisation = declaration.survey.organisation
        self.initial |= {"nip": organisation.nip, "regon": organisation.regon}
        if not is_known:
            return
        answers, mentor = declaration.survey.answers, declaration.mentor
        self.initial |= {
            "representative": declaration.representative,
            "windows": declaration.windows or answers.get("terminy") or [],
            "lodging": declaration.lodging,
            "mentor_first_name": mentor.first_name if mentor else answers.get("mentor_imie", ""),
            "mentor_last_name": mentor.last_name if mentor else answers.get("mentor_nazwisko", ""),
            "mentor_position": mentor.position if mentor else answers.get("mentor_stanowisko", ""),
            "mentor_email": mentor.email if mentor else answers.get("mentor_email", ""),
            "mentor_phone": mentor.phone if mentor else answers.get("mentor_tel", ""),
        }

    def clean_nip(self) -> str:
        """Ten digits with a right check digit; spaces, hyphens and PL are taken off."""
        return identifiers.clean_nip(self.cleaned_data["nip"])

    def clean_regon(self) -> str:
        """Nine or fourteen digits, when it is given."""
        typed = self.cleaned_data["regon"]
        return identifiers.clean_regon(typed) if typed else ""

    def clean_interns(self) -> int:
        """Not more than the edition allows a host."""
        number, most = self.cleaned_data["interns"], self.fields["interns"].max_value
        if number > most:
            raise ValidationError(
                _("One municipality can take at most: %(most)s."), params={"most": most}
            )
        return number


class AttendanceForm(forms.Form):
    """Who was there, ticked by a coordinator on the page of the session."""

    present = forms.ModelMultipleChoiceField(
        queryset=SessionChoice.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, guests, **kwargs):
        """`guests` are the choices with a place in the session."""
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = guests


class RemindForm(forms.Form):
    """Whom to remind, ticked by a coordinator (S10)."""

    choices = forms.ModelMultipleChoiceField(
        label=_("Whom to remind"),
        queryset=SessionChoice.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please tick at least one municipality.")},
    )

    def __init__(self, *args, silent, **kwargs):
        """`silent` are the choices without an answer."""
        super().__init__(*args, **kwargs)
        self.fields["choices"].queryset = silent


def _address(model, name: str, **options) -> forms.Field:
    # An address typed without a scheme is a secure one, also before Django 6.
    return model._meta.get_field(name).formfield(assume_scheme="https", **options)


class SessionForm(forms.ModelForm):
    """One date of the information session, typed by a coordinator."""

    starts_at = forms.SplitDateTimeField(
        label=_("Date and hour (Warsaw time)"),
        widget=forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "aria-label": _("Date")},
            time_attrs={"type": "time", "aria-label": _("Hour, Warsaw time")},
        ),
    )
    join_url = _address(
        InformationSession,
        "join_url",
        required=True,
        help_text=_("It stands in the letters and on the page of those who chose this date."),
    )
    recording_url = _address(InformationSession, "recording_url")

    class Meta:
        model = InformationSession
        fields = [
            "edition",
            "starts_at",
            "duration_minutes",
            "capacity",
            "join_url",
            "recording_url",
        ]

    def clean_join_url(self) -> str:
        """An address that a letter can carry as a button."""
        try:
            return check_link(self.cleaned_data["join_url"])
        except BadLetterText as error:
            raise ValidationError(
                _("Please copy the whole address for joining; it begins with https://.")
            ) from error

    def clean_capacity(self) -> int:
        """Not fewer places than are taken already."""
        capacity = self.cleaned_data["capacity"]
        if capacity < self.instance.taken:
            raise ValidationError(
                _("Places already taken: %(taken)s. Please keep at least as many."),
                params={"taken": self.instance.taken},
            )
        return capacity


class ReturnForm(forms.Form):
    """Why a declaration goes back."""

    reason = forms.CharField(label=_("What has to be corrected?"), max_length=500, min_length=10)
