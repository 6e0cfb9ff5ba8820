"""Records of the applications room."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from applications import models
from applications.enums import Entrance, SurveyStatus
from core import roles
from core.models import StoredFile
from tests.factories.core import UserFactory
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    HromadaFactory,
    OrganisationFactory,
)


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


# --- The intern side


def intern_answers(**changes: object) -> dict[str, object]:
    """A whole application of a head of department: every required question answered."""
    return {
        "organ": "Козельщинська селищна рада",
        "edrpou": "04000056",
        "naselennia": 15_000,
        "bezpeka": "safe",
        "adresa": "вул. Остроградського 75/15, Козельщина, 39100",
        "sait": "https://kozelschyna.example",
        "kerivnyk_posada": "holova",
        "kerivnyk_prizvyshche": "Приклад",
        "kerivnyk_imia": "Марія",
        "kerivnyk_po_batkovi": "Іванівна",
        "kerivnyk_zvertannia": "f",
        "kerivnyk_email": "holova@hromada.example",
        "prizvyshche": "Коваленко",
        "imia": "Мар’яна",
        "po_batkovi": "Петрівна",
        "prizvyshche_lat": "KOVALENKO",
        "imia_lat": "MARIANA",
        "stat": "f",
        "telefon": "+380501234567",
        "mesendzher": "",
        "posada": "Начальниця відділу економіки",
        "pidrozdil": "Відділ економіки та інвестицій",
        "riven": "middle",
        "posadova_osoba": True,
        "stazh": 8,
        "na_posadi_z": "2021-09-01",
        "pidlehli": 4,
        "oboviazky": "Планування економічного розвитку громади. " * 4,
        "osvita": "",
        "movy_pl": "A2",
        "movy_en": "B1",
        "movy_inshi": "",
        "kurs": True,
        "dosvid_proekty": "Два проєкти з водопостачання.",
        "dosvid_mn": "",
        "ranishe": "no",
        "ranishe_roky": "",
        "motyvatsiia": "Хочу навчитися працювати з громадою. " * 20,
        "problema": "Громаді бракує сучасного поводження з відходами. " * 15,
        "temy": ["waste", "education"],
        "navchannia": "Як ґміна організовує роздільне збирання відходів. " * 6,
        "zminy": "Передам досвід колегам і підготую програму. " * 6,
        "ideia_nazva": "Чисте подвір’я",
        "ideia_opys": "Мета: менше відходів. Дії: контейнери, навчання, кампанія. " * 8,
        "ideia_partner": "",
        "ideia_biudzhet": None,
        "ideia_valiuta": "",
        "bazhaniia_voievodstvo": "",
        "bazhaniia": "",
        "partnery_pl": [],
        "terminy": ["september"],
        "pasport": "yes",
        "vidriadzhennia": True,
        "vyizd": "not_applicable",
        "umovy": True,
        "potreby_zhoda": False,
        "polozhennia": True,
        "pravda": True,
        "uchast": True,
        "rodo": True,
        "zhoda_rezerv": True,
        "zhoda_foto": False,
        "zhoda_novyny": False,
        **changes,
    }


class InternApplicationFactory(factory.django.DjangoModelFactory):
    """A draft with all answers and the letter of nomination; traits are further on the way.

    `begun=False` makes an empty draft, as the entrance leaves it.
    """

    class Meta:
        model = models.InternApplication
        skip_postgeneration_save = True

    class Params:
        begun = True
        submitted = factory.Trait(
            status="submitted",
            number=factory.Sequence(lambda n: f"WIN4UA-2026-UA-{9000 - n:04d}"),
            submitted_at=factory.LazyAttribute(
                lambda a: a.edition.applications_open_at + timedelta(days=1)
            ),
            population_used=15_000,
            population_source="derzhstat",
        )
        head_confirmed = factory.Trait(
            submitted=True, status="head_confirmed", head_answer="confirmed"
        )
        under_evaluation = factory.Trait(head_confirmed=True, status="formally_correct")
        interviewed = factory.Trait(
            head_confirmed=True,
            status="interviewed",
            merit_points=factory.Sequence(lambda n: Decimal(90) - n % 60),
            interview_points=Decimal(30),
        )
        ready = factory.Trait(interviewed=True, status="ready")

    edition = factory.SubFactory(EditionFactory)
    hromada = factory.SubFactory(HromadaFactory)
    email = factory.Sequence(lambda n: f"kandydat{n}@hromada.example")
    language = "uk"
    answers = factory.LazyAttribute(lambda a: intern_answers() if a.begun else {})
    first_name = factory.LazyAttribute(lambda a: a.answers.get("imia", ""))
    last_name = factory.LazyAttribute(lambda a: a.answers.get("prizvyshche", ""))
    latin_first_name = factory.LazyAttribute(lambda a: a.answers.get("imia_lat", ""))
    latin_last_name = factory.LazyAttribute(lambda a: a.answers.get("prizvyshche_lat", ""))
    grammatical_gender = factory.LazyAttribute(lambda a: a.answers.get("stat", ""))
    head_email = factory.LazyAttribute(lambda a: a.answers.get("kerivnyk_email", ""))
    birth_date = factory.LazyAttribute(lambda a: "1985-04-14" if a.begun else "")
    started_at = factory.LazyAttribute(lambda a: a.edition.applications_open_at)
    saved_at = factory.LazyAttribute(lambda a: a.started_at if a.begun else None)

    @factory.post_generation
    def papers(application, create, value, **extra):  # noqa: N805 - factory_boy passes the record
        if create and application.answers and value is not False:
            models.ApplicationFile.objects.create(
                application=application,
                kind="lyst",
                stored=StoredFile.objects.create(
                    name="lyst.pdf",
                    content_type="application/pdf",
                    size=1000,
                    sha256="0" * 64,
                    status="clean",
                    uploaded_by=application.email,
                    received_at=application.started_at,
                ),
                added_at=application.started_at,
            )


class EvaluationFactory(factory.django.DjangoModelFactory):
    """An application assigned to an evaluator; the trait `impartial` has the declaration."""

    class Meta:
        model = models.Evaluation

    class Params:
        impartial = factory.Trait(
            status="impartial", impartial_at=factory.SelfAttribute("assigned_at")
        )

    application = factory.SubFactory(InternApplicationFactory, under_evaluation=True)
    evaluator = factory.SubFactory(UserFactory, role=roles.EVALUATOR)
    assigned_at = factory.LazyFunction(timezone.now)
