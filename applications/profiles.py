"""A municipality or a candidate as matching sees them: answers as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass

from applications.models import HostSurvey, InternApplication
from applications.selectors.host_partners import unlisted_of
from applications.survey_plan import as_list

NO_LEVEL = (None, "", "none")

SPOKEN = ("pl", "uk", "en", "ru")  # another language of a mentor has a name, not a code
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


@dataclass(frozen=True)
class Partner:
    """A hromada that the office already works with. `has_agreement` is C2 for all of them."""

    katottg: str
    since: int | None
    scope: str
    has_agreement: bool


@dataclass(frozen=True)
class HostProfile:
    """What a host offers. Themes stand in the host's order; languages are code -> level A1-C2.

    Choices keep the codes of the survey: `accessibility` "pelna", "czesciowa" or "brak";
    `accommodation` "wlasny", "oferta" or "nie"; `wants_partner_intern` "tak", "nie" or "obojetne".
    """

    survey_id: int
    number: str
    teryt: str
    name: str
    kind: str
    voivodeship_code: str
    population: int | None
    themes: tuple[str, ...]
    capacity: int
    windows: tuple[str, ...]
    partners: tuple[Partner, ...]
    wants_partner_intern: str
    mentor_languages: Mapping[str, str]
    mentor_themes: tuple[str, ...]
    office_languages: tuple[str, ...]
    accessibility: str
    accommodation: str
    workplace: str
    previous_years: tuple[int, ...]
    partnership_readiness: str
    project_readiness: str

    @property
    def hosted_before(self) -> bool:
        """The office had an intern of the programme in an earlier edition."""
        return bool(self.previous_years)


def _whole(value: object, otherwise: int | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _partners(survey: HostSurvey) -> tuple[Partner, ...]:
    """Partners of the register, and those that the office typed and staff found there."""
    found = {each.place: each.match for each in unlisted_of(survey) if each.match}
    has_agreement = survey.answers.get("wspolpraca_ua") == "umowa"
    named = as_list(survey.answers.get("partnerzy"))
    codes = [
        each.get("katottg") or (found[place].hromada.katottg if place in found else "")
        for place, each in enumerate(named, 1)
    ]
    return tuple(
        Partner(
            katottg=str(code),
            since=_whole(each.get("od_roku"), None),
            scope=str(each.get("zakres", "")),
            has_agreement=has_agreement,
        )
        for code, each in zip(codes, named, strict=True)
        if code
    )


def host_profile(survey: HostSurvey) -> HostProfile:
    """Read the answers last sent. Missing answers become empty values, a capacity of 1."""
    answers = survey.answers
    gmina = survey.gmina
    languages = answers.get("mentor_jezyki") or {}
    years = as_list(answers.get("poprzednie_edycje"))
    return HostProfile(
        survey_id=survey.pk,
        number=survey.number or "",
        teryt=gmina.teryt,
        name=gmina.name,
        kind=gmina.kind,
        voivodeship_code=gmina.voivodeship_code,
        population=survey.population_used or _whole(answers.get("ludnosc"), None),
        themes=tuple(as_list(answers.get("tematy"))),
        capacity=_whole(answers.get("liczba_stazystow"), 1) or 1,
        windows=tuple(as_list(answers.get("terminy"))),
        partners=_partners(survey),
        wants_partner_intern=str(answers.get("staz_partner", "")),
        mentor_languages={
            code: languages[code] for code in SPOKEN if languages.get(code) in LEVELS
        },
        mentor_themes=tuple(as_list(answers.get("mentor_obszary"))),
        office_languages=tuple(as_list(answers.get("jezyki_urzedu"))),
        accessibility=str(answers.get("dostepnosc", "")),
        accommodation=str(answers.get("nocleg", "")),
        workplace=str(answers.get("stanowisko_pracy", "")),
        previous_years=tuple(int(year) for year in years if str(year).isdecimal()),
        partnership_readiness=str(answers.get("gotowosc_partnerstwa", "")),
        project_readiness=str(answers.get("gotowosc_projekt", "")),
    )


@dataclass(frozen=True)
class PolishPartner:
    """A Polish gmina that the hromada says it works with."""

    teryt: str
    since: int | None
    has_agreement: bool


@dataclass(frozen=True)
class InternProfile:
    """What an intern wants and brings. Themes stand in the intern's order; languages are
    code -> level A1-C2 ("none" is left out). `has_access_needs` says only that there are needs.
    """

    application_id: int
    number: str
    name: str
    katottg: str
    hromada: str
    kind: str
    oblast: str
    oblast_code: str
    population: int | None
    themes: tuple[str, ...]
    languages: Mapping[str, str]
    windows: tuple[str, ...]
    partners_pl: tuple[PolishPartner, ...]
    wished_voivodeship: str
    wished_text: str
    field: str
    post: str
    has_access_needs: bool


def _polish_partners(answers: Mapping) -> tuple[PolishPartner, ...]:
    return tuple(
        PolishPartner(
            teryt=str(each["gmina"]),
            since=_whole(each.get("rik"), None),
            has_agreement=each.get("uhoda") is True,
        )
        for each in as_list(answers.get("partnery_pl"))
        if isinstance(each, dict) and each.get("gmina")
    )


def intern_profile(application: InternApplication) -> InternProfile:
    """Read the answers of an application; wants `hromada` joined. Missing answers become empty.

    `field` is the first theme: the field in which the intern works on the project.
    """
    answers = application.answers
    hromada = application.hromada
    themes = tuple(as_list(answers.get("temy")))
    levels = {"pl": answers.get("movy_pl"), "en": answers.get("movy_en"), "uk": "C2"}
    return InternProfile(
        application_id=application.pk,
        number=application.number,
        name=application.full_name,
        katottg=hromada.katottg,
        hromada=hromada.name,
        kind=hromada.kind,
        oblast=hromada.oblast,
        oblast_code=hromada.oblast_code,
        population=application.population_used or _whole(answers.get("naselennia"), None),
        themes=themes,
        languages={code: str(level) for code, level in levels.items() if level not in NO_LEVEL},
        windows=tuple(as_list(answers.get("terminy"))),
        partners_pl=_polish_partners(answers),
        wished_voivodeship=str(answers.get("bazhaniia_voievodstvo") or ""),
        wished_text=str(answers.get("bazhaniia") or ""),
        field=themes[0] if themes else "",
        post=str(answers.get("posada") or ""),
        has_access_needs=bool(application.access_needs),
    )
