"""Questions about municipalities and their surveys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from applications.eligibility import Figure, HostFacts, is_within_limit
from applications.enums import SurveyStatus
from applications.models import HostInvitation, HostQuestion, HostSurvey
from applications.selectors.prefill import Prefill, office_domains, prefill
from applications.selectors.questions import questions_of, survey_pages
from applications.survey_plan import Page, as_list
from core import formats
from core.models import User
from programme.enums import ContactRole, PopulationSource
from programme.models import ConsentText, Contact, Edition, Gmina, Organisation
from programme.placement_windows import all_windows, windows_to_offer
from programme.selectors import newest_texts, themes_of

Choices = tuple[tuple[str, str], ...]


def surveys(edition: Edition) -> QuerySet[HostSurvey]:
    """Every survey of the edition, drafts as well."""
    return HostSurvey.objects.of_edition(edition).for_table().order_by("gmina__sort_key", "pk")


def surveys_awaiting_decision(edition: Edition) -> QuerySet[HostSurvey]:
    """Sent, and nobody has decided yet; who has waited longest stands first."""
    return (
        HostSurvey.objects.of_edition(edition)
        .awaiting_decision()
        .for_table()
        .order_by("submitted_at", "pk")
    )


def exceptions_awaiting(edition: Edition) -> QuerySet[HostSurvey]:
    """Exceptions that wait for a second person."""
    return (
        HostSurvey.objects.of_edition(edition)
        .awaiting_second_person()
        .for_table()
        .order_by("submitted_at", "pk")
    )


def surveys_seen_by(user: User, queryset: QuerySet[HostSurvey]) -> QuerySet[HostSurvey]:
    """What this person may know of: drafts are not for an auditor (permission matrix P03)."""
    if user.has_perm("applications.read_host_answers"):
        return queryset
    return queryset.filter(submitted_at__isnull=False)


def eligible_hosts(edition: Edition) -> QuerySet[HostSurvey]:
    """Municipalities that may host: the door to the information sessions."""
    return (
        HostSurvey.objects.of_edition(edition)
        .eligible()
        .for_table()
        .order_by("gmina__sort_key", "pk")
    )


def survey_of_invitation(invitation: HostInvitation) -> HostSurvey | None:
    """The survey that this invitation opens: the one begun by it, else the leading one (A12, A13).

    A colleague who wrote a survey of her own keeps seeing that one, also when it is a duplicate;
    one that was withdrawn only as long as no other of the municipality lives.
    """
    office = invitation.organisation
    is_own, is_withdrawn = Q(invitation=invitation), Q(status=SurveyStatus.WITHDRAWN)
    survey = (
        HostSurvey.objects.filter(edition=invitation.edition_id, gmina=office.gmina_id)
        .filter(is_own | Q(duplicate_of__isnull=True) & ~is_withdrawn)
        .order_by(Case(When(is_withdrawn, then=2), When(is_own, then=0), default=1), "pk")
        .first()
    )
    if survey is None:
        return None
    # What the invitation has brought along is not asked for again.
    survey.edition = invitation.edition
    if office.gmina is not None:
        survey.gmina = office.gmina
    if survey.organisation_id == office.pk:
        survey.organisation = office
    if survey.invitation_id == invitation.pk:
        survey.invitation = invitation
    return survey


def official_figure(gmina: Gmina, *, typed: object = None, now: datetime) -> Figure | None:
    """The newest official population on that day; without one, the figure that was typed."""
    found = gmina.population(now)
    if found is not None:
        return Figure(found.value, found.on, str(found.source))
    if isinstance(typed, int):
        return Figure(typed, None, PopulationSource.DECLARED.value)
    return None


def facts_of(
    survey: HostSurvey, *, now: datetime, answers: Mapping[str, object] | None = None
) -> HostFacts:
    """What the rules need to know: registers, and the answers last sent (or those given)."""
    told = survey.answers if answers is None else answers
    gmina, edition = survey.gmina, survey.edition
    return HostFacts(
        population=official_figure(gmina, typed=told.get("ludnosc"), now=now),
        population_limit=edition.population_limit_pl,
        kind=gmina.kind,
        allowed_kinds=frozenset(edition.allowed_gmina_kinds),
        is_in_register=gmina.valid_to is None or gmina.valid_to > formats.day_in_warsaw(now),
        is_verified=not gmina.needs_verification,
        partnership_readiness=str(told.get("gotowosc_partnerstwa", "")),
        workplace=str(told.get("stanowisko_pracy", "")),
        windows=tuple(str(code) for code in as_list(told.get("terminy"))),
        declares_truth=told.get("osw_prawda") is True,
        knows_roles=told.get("osw_zalacznik") is True,
        knows_privacy_notice=told.get("rodo_info") is True,
    )


@dataclass(eq=False)
class SurveyContext:
    """What the pages of the survey need besides the answers. Choices are (code, label).

    Each is asked of the database when a page wants it, and once: a page that is saved pays for
    what it asks about and not for the whole survey (W3).
    """

    edition: Edition
    gmina: Gmina
    language: str
    now: datetime
    may_exceed_limit: bool = False
    email: str = ""
    has_questions: bool = True

    @cached_property
    def figure(self) -> Figure | None:
        """The official population."""
        return official_figure(self.gmina, now=self.now)

    @property
    def limit(self) -> int | None:
        """The largest population; None where staff let the municipality answer above it."""
        return None if self.may_exceed_limit else self.edition.population_limit_pl

    @cached_property
    def themes(self) -> Choices:
        """The vocabulary of the edition."""
        return tuple(
            (theme.code, theme.name_in(self.language)) for theme in themes_of(self.edition)
        )

    def windows(self, chosen: object) -> Choices:
        """When internships may take place; a period that has begun only for whoever chose it."""
        today = formats.day_in_warsaw(self.now)
        return windows_to_offer(self.edition, today=today, language=self.language, chosen=chosen)

    def years(self, chosen: Collection[object]) -> tuple[str, ...]:
        """Earlier editions as staff list them; one taken off stays for whoever chose it."""
        kept = {str(year) for year in chosen if str(year).isdecimal()}
        return tuple(sorted({str(year) for year in self.edition.previous_years} | kept))

    @cached_property
    def clauses(self) -> Mapping[str, ConsentText]:
        """The newest version of every clause and consent, by kind."""
        return newest_texts(self.edition)

    @property
    def consents(self) -> Mapping[str, str]:
        """Their texts in the language of the page, by kind."""
        return {kind: text.text_in(self.language) for kind, text in self.clauses.items()}

    @cached_property
    def office(self) -> Organisation | None:
        """The office of the municipality, when it is on file."""
        return getattr(self.gmina, "organisation", None)

    def known(self, wanted: Collection[str]) -> Prefill:
        """What we know already of these answers, with its sources."""
        return prefill(
            wanted,
            gmina=self.gmina,
            email=self.email,
            office=lambda: self.office,
            figure=lambda: self.figure,
        )

    @cached_property
    def questions(self) -> tuple[HostQuestion, ...]:
        """All questions that the edition adds, also those that are no longer asked."""
        return tuple(questions_of(self.edition)) if self.has_questions else ()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the survey in this edition."""
        return survey_pages(self.questions)

    @property
    def this_year(self) -> int:
        """The year that has begun, in Warsaw."""
        return formats.day_in_warsaw(self.now).year

    @property
    def office_domains(self) -> frozenset[str]:
        """Domains of the office on file."""
        return office_domains(self.office)


class BlankContext(SurveyContext):
    """The vocabulary of an edition for nobody in particular: no figure, no office, no people."""

    figure = None
    office = None

    def known(self, wanted: Collection[str]) -> Prefill:
        """Nothing."""
        return Prefill({}, {})


class TableContext(BlankContext):
    """The vocabulary with which answers of many municipalities are read: every period."""

    def windows(self, chosen: object) -> Choices:
        """All of them, whatever the day."""
        return all_windows(self.edition, language=self.language)

    def years(self, chosen: Collection[object]) -> tuple[str, ...]:
        """Years speak for themselves."""
        return ()


def survey_context(
    edition: Edition,
    gmina: Gmina,
    *,
    language: str,
    now: datetime,
    may_exceed_limit: bool = False,
    email: str = "",
    has_questions: bool = True,
) -> SurveyContext:
    """Vocabulary and figures of the edition for the survey of one municipality.

    `email`: of the link. `has_questions`: whether the edition may have added some.
    """
    return SurveyContext(edition, gmina, language, now, may_exceed_limit, email, has_questions)


@dataclass(frozen=True)
class InvitationLine:
    """One municipality in a plan of letters; `reason` says why it gets none, or is empty.

    The letter goes to `email`: of the person, or the general address of the office.
    """

    gmina: Gmina
    contact: Contact | None
    figure: Figure | None
    reason: str = ""
    email: str = ""


@dataclass(frozen=True)
class InvitationPlan:
    """Who gets the invitation, and who does not and why."""

    will: list[InvitationLine]
    will_not: list[InvitationLine]


def invitation_plan(
    edition: Edition,
    *,
    now: datetime,
    gminas: QuerySet[Gmina] | None = None,
    above_limit_too: bool = False,
) -> InvitationPlan:
    """Split municipalities (all of the register without `gminas`) into invited and left out.

    A fixed number of queries, whatever the number of municipalities.
    """
    wanted: Any = Gmina.objects.all() if gminas is None else gminas
    rows = (
        wanted.with_population()
        .annotate(
            has_survey=Exists(HostSurvey.objects.filter(edition=edition, gmina=OuterRef("pk"))),
            is_invited=Exists(
                HostInvitation.objects.filter(
                    edition=edition, organisation__gmina=OuterRef("pk"), entrance="mail"
                )
            ),
        )
        .select_related("organisation")
        .order_by("sort_key", "pk")
    )
    contacts = _addressees(wanted)
    plan = InvitationPlan([], [])
    for gmina in rows:
        line = _line(gmina, contacts.get(gmina.pk, (None, "")), edition, now, above_limit_too)
        (plan.will_not if line.reason else plan.will).append(line)
    return plan


def _addressees(gminas: QuerySet[Gmina]) -> dict[int, tuple[Contact | None, str]]:
    """To whom the letter of each office goes, and the address.

    The head, else a contact person, else the general address of the office; a head on file is
    greeted there too.
    """
    found: dict[int, tuple[Contact | None, str]] = {}
    people = (
        Contact.objects.filter(
            organisation__gmina__in=gminas.values("pk"),
            role__in=[ContactRole.HEAD, ContactRole.CONTACT],
            is_active=True,
        )
        .select_related("organisation")
        .order_by("-role", "pk")
    )
    heads = {}
    for person in people:
        gmina = person.organisation.gmina_id
        if person.role == ContactRole.HEAD:
            heads[gmina] = person
        if gmina is not None and person.email:
            found.setdefault(gmina, (person, person.email))
    offices = Organisation.objects.filter(gmina__in=gminas.values("pk")).exclude(email="")
    for gmina, address in offices.values_list("gmina", "email"):
        if gmina is not None:
            found.setdefault(gmina, (heads.get(gmina), address))
    return found


def _line(
    gmina: Any,
    addressee: tuple[Contact | None, str],
    edition: Edition,
    now: datetime,
    above_limit_too: bool,
) -> InvitationLine:
    contact, email = addressee
    figure = (
        Figure(gmina.population_value, gmina.population_on, gmina.population_source)
        if gmina.population_value
        else None
    )
    within = figure is None or is_within_limit(figure.value, edition.population_limit_pl)
    checks = (
        (gmina.valid_to is None or gmina.valid_to > formats.day_in_warsaw(now), "gone"),
        (gmina.kind in edition.allowed_gmina_kinds, "kind"),
        (within or above_limit_too, "over_limit"),
        (not gmina.has_survey, "has_survey"),
        (not gmina.is_invited, "invited"),
        (email, "no_address"),
    )
    reason = next((word for is_met, word in checks if not is_met), "")
    return InvitationLine(gmina, contact, figure, reason, email)
