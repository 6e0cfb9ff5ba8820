"""Records of the programme room, right from the start and without surprises."""

from datetime import UTC, date, datetime, timedelta

import factory

from programme import models
from programme.enums import ContactRole, GminaKind, HeadTitle, HromadaKind, PopulationSource
from programme.services import create_edition


def first_day_of_placements(edition) -> date:
    """7 September; after the doors of an edition that a test opens around today."""
    closes = max(edition.survey_closes_at, edition.applications_close_at).date()
    return max(date(edition.year, 9, 7), closes + timedelta(days=30))


class EditionFactory(factory.django.DjangoModelFactory):
    """A complete, published edition 2026 with themes, windows and sheets."""

    class Meta:
        model = models.Edition
        django_get_or_create = ("year",)

    year = 2026
    name = factory.LazyAttribute(lambda edition: f"WIN4UA {edition.year}")
    is_published = True
    survey_opens_at = factory.LazyAttribute(lambda e: datetime(e.year, 2, 1, 7, tzinfo=UTC))
    survey_closes_at = factory.LazyAttribute(lambda e: datetime(e.year, 3, 31, 21, tzinfo=UTC))
    applications_open_at = factory.LazyAttribute(lambda e: datetime(e.year, 4, 1, 7, tzinfo=UTC))
    applications_close_at = factory.LazyAttribute(lambda e: datetime(e.year, 5, 31, 20, tzinfo=UTC))
    meetings_start_on = factory.LazyAttribute(lambda e: date(e.year, 4, 1))
    meetings_end_on = factory.LazyAttribute(lambda e: date(e.year, 4, 15))
    windows = factory.LazyAttribute(
        lambda e: tuple(
            (code, first + timedelta(days=start), first + timedelta(days=start + 25))
            for first in [first_day_of_placements(e)]
            for code, start in (("september", 0), ("october", 28))
        )
    )

    @classmethod
    def _create(cls, model_class, *args, **fields):
        known = model_class.objects.filter(year=fields["year"]).first()
        return known or create_edition(fields.pop("year"), **fields)


class GminaFactory(factory.django.DjangoModelFactory):
    """A rural gmina of 12 000 inhabitants; `population=None` leaves the figure out."""

    class Meta:
        model = models.Gmina
        skip_postgeneration_save = True

    class Params:
        number = factory.Sequence(lambda n: n)

    kind = GminaKind.RURAL
    voivodeship_code = "10"
    teryt = factory.LazyAttribute(
        lambda gmina: (
            f"{gmina.voivodeship_code}{gmina.number // 99 % 60 + 1:02}{gmina.number % 99 + 1:02}"
            f"{ {'urban': 1, 'rural': 2, 'urban_rural': 3}[str(gmina.kind)] }"
        )
    )
    name = factory.LazyAttribute(lambda gmina: f"Brzeziny {gmina.number}")
    powiat = "brzeziński"
    voivodeship = "łódzkie"

    @factory.post_generation
    def population(gmina, create, value, **extra):  # noqa: N805 - factory_boy passes the record
        figure = 12_000 if value is None and not extra.get("none") else value
        if create and figure:
            models.GminaPopulation.objects.create(
                gmina=gmina, value=figure, on=date(2024, 12, 31), source=PopulationSource.GUS
            )


class HromadaFactory(factory.django.DjangoModelFactory):
    """A settlement hromada of 15 000 inhabitants."""

    class Meta:
        model = models.Hromada
        skip_postgeneration_save = True

    class Params:
        number = factory.Sequence(lambda n: n)

    katottg = factory.LazyAttribute(
        lambda hromada: (
            f"UA46{hromada.number // 99 % 99 + 2:02}{hromada.number % 99 + 1:02}"
            f"0{'0' * 5}{hromada.number + 10_000:05}"
        )
    )
    name = factory.LazyAttribute(lambda hromada: f"Бориславська {hromada.number}")
    name_en = factory.LazyAttribute(lambda hromada: f"Boryslavska {hromada.number}")
    kind = HromadaKind.SETTLEMENT
    raion = "Дрогобицький"
    oblast = "Львівська"

    @factory.post_generation
    def population(hromada, create, value, **extra):  # noqa: N805 - factory_boy passes the record
        figure = 15_000 if value is None and not extra.get("none") else value
        if create and figure:
            models.HromadaPopulation.objects.create(
                hromada=hromada,
                value=figure,
                on=date(2022, 1, 1),
                source=PopulationSource.DERZHSTAT,
            )


class OrganisationFactory(factory.django.DjangoModelFactory):
    """The office of a gmina; the trait `ukrainian` makes it the body of a hromada."""

    class Meta:
        model = models.Organisation

    class Params:
        ukrainian = factory.Trait(
            gmina=None,
            hromada=factory.SubFactory(HromadaFactory),
            name=factory.LazyAttribute(lambda o: f"{o.hromada.name} рада"),
            nip="",
            regon="",
            edrpou="04000056",
        )

    gmina = factory.SubFactory(GminaFactory)
    hromada = None
    name = factory.LazyAttribute(lambda o: f"Gmina {o.gmina.name}")
    nip = "1234563218"
    regon = "123456785"


class ContactFactory(factory.django.DjangoModelFactory):
    """A contact person in Poland; the trait `head` makes the head of the office."""

    class Meta:
        model = models.Contact

    class Params:
        head = factory.Trait(role=ContactRole.HEAD, title=HeadTitle.WOJT, position="Wójt")
        ukrainian = factory.Trait(
            organisation=factory.SubFactory(OrganisationFactory, ukrainian=True),
            first_name="Олена",
            last_name="Коваль",
            language="uk",
        )

    organisation = factory.SubFactory(OrganisationFactory)
    role = ContactRole.CONTACT
    first_name = "Anna"
    last_name = "Nowak"
    grammatical_gender = "f"
    position = "Sekretarz"
    email = factory.Sequence(lambda n: f"kontakt{n}@gmina.example")
    phone = "426123456"
    language = "pl"
