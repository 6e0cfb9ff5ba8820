"""Small projects of the edition 2026, in the winter after its internships."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory

from core import roles
from grants import models
from grants.enums import EvaluationStatus, ProjectStatus, ReportKind
from programme.models import BudgetCategory
from tests.factories.core import UserFactory
from tests.factories.matching import PlacementFactory
from tests.factories.programme import EditionFactory, OrganisationFactory

OPENED = datetime(2027, 1, 4, 8, tzinfo=UTC)
CLOSES = datetime(2027, 1, 29, 12, tzinfo=UTC)
TEXT = "Проєкт відповідає стратегії громади й спирається на досвід стажування в ґміні. " * 2


def words(**changes: object) -> dict[str, object]:
    """Every answer of the application, long enough to be sent."""
    names = ("summary", "need", "learned", "actions", "partner_role", "risks", "lasting")
    return {
        **dict.fromkeys(names, TEXT),
        "title": "Чисті подвір’я",
        "starts_on": date(2027, 3, 1),
        "ends_on": date(2027, 9, 30),
        **changes,
    }


def budget_line(edition, code: str = "services", **changes: object) -> dict[str, object]:
    """One line of 10 000,00 zlotys, of which 9 500,00 come from the grant."""
    return {
        "category": BudgetCategory.objects.get(edition=edition, code=code),
        "description": "Навчання мешканців",
        "unit": "день",
        "quantity": Decimal(10),
        "unit_price": Decimal("1000.00"),
        "grant": Decimal("9500.00"),
        **changes,
    }


class GrantCallFactory(factory.django.DjangoModelFactory):
    """An open call: a pool of 400 000 zlotys, 10 grants of 10 000 to 40 000."""

    class Meta:
        model = models.GrantCall
        django_get_or_create = ("edition",)

    edition = factory.SubFactory(EditionFactory)
    opened_at = OPENED
    closes_at = CLOSES
    pool = Decimal("400000.00")
    grant_count = 10
    grant_min = Decimal("10000.00")
    grant_max = Decimal("40000.00")
    starts_on = date(2027, 3, 1)
    ends_on = date(2027, 9, 30)


class SmallProjectFactory(factory.django.DjangoModelFactory):
    """An empty draft of a finished pair; the trait `written` has all words and two lines.

    The lines come to 20 000,00 zlotys, of which 19 000,00 from the grant (`lines=3`: more). Traits
    `submitted` and `in_evaluation` are further on; what a step writes beside the status is made by
    services.
    """

    class Meta:
        model = models.SmallProject
        skip_postgeneration_save = True

    class Params:
        written = factory.Trait(**words())
        submitted = factory.Trait(
            written=True,
            status=ProjectStatus.SUBMITTED,
            number=factory.Sequence(lambda n: f"WIN4UA-G-2026-{9000 - n:04d}"),
            submitted_at=datetime(2027, 1, 20, 9, tzinfo=UTC),
        )
        in_evaluation = factory.Trait(submitted=True, status=ProjectStatus.IN_EVALUATION)

    call = factory.SubFactory(GrantCallFactory)
    placement = factory.SubFactory(PlacementFactory, finished=True)
    hromada = factory.SelfAttribute("placement.application.hromada")
    organisation = factory.LazyAttribute(
        lambda p: OrganisationFactory(ukrainian=True, hromada=p.hromada)
    )
    host = factory.SelfAttribute("placement.declaration.survey.organisation")
    email = factory.Sequence(lambda n: f"rada{n}@hromada.example")
    started_at = OPENED

    @factory.post_generation
    def lines(project, create, value, **extra):  # noqa: N805 - factory_boy passes the record
        count = value if value is not None else 2 if project.need else 0
        for position in range(1, count + 1) if create else ():
            BudgetLineFactory(project=project, position=position)


class BudgetLineFactory(factory.django.DjangoModelFactory):
    """10 000,00 zlotys for services, 9 500,00 of them from the grant."""

    class Meta:
        model = models.BudgetLine

    project = factory.SubFactory(SmallProjectFactory)
    category = factory.LazyAttribute(
        lambda line: BudgetCategory.objects.get(edition=line.project.call.edition, code="services")
    )
    position = 1
    description = factory.Sequence(lambda n: f"Навчання {n}")
    unit = "день"
    quantity = Decimal(10)
    unit_price = Decimal("1000.00")
    grant = Decimal("9500.00")


class ProjectEvaluationFactory(factory.django.DjangoModelFactory):
    """A project given to an evaluator; traits `impartial` and `final` are further on."""

    class Meta:
        model = models.ProjectEvaluation

    class Params:
        impartial = factory.Trait(
            status=EvaluationStatus.IMPARTIAL, impartial_at=factory.SelfAttribute("assigned_at")
        )
        final = factory.Trait(
            impartial=True,
            status=EvaluationStatus.SUBMITTED,
            scores=factory.LazyAttribute(lambda sheet: {"need": int(sheet.points)}),
            points=Decimal(80),
            submitted_at=datetime(2027, 2, 10, 9, tzinfo=UTC),
        )

    project = factory.SubFactory(SmallProjectFactory, in_evaluation=True)
    evaluator = factory.SubFactory(UserFactory, role=roles.EVALUATOR)
    assigned_at = datetime(2027, 2, 1, 9, tzinfo=UTC)


class GrantReportFactory(factory.django.DjangoModelFactory):
    """The final report of a project that is under way, asked for and not begun."""

    class Meta:
        model = models.GrantReport

    project = factory.SubFactory(SmallProjectFactory, in_evaluation=True)
    kind = ReportKind.FINAL
    due_on = date(2027, 10, 30)


def document_answers(**changes: object) -> dict[str, object]:
    """An invoice of 1 000,00 hryvnias at a rate of 0,1: 100,00 zlotys from the grant."""
    return {
        "number": "ФВ/1",
        "issued_on": date(2027, 6, 1),
        "seller": "ТОВ Постачальник",
        "seller_tax_id": "",
        "description": "Навчання",
        "currency": "UAH",
        "amount": Decimal("1000.00"),
        "rate": Decimal("0.1"),
        "rate_on": date(2027, 6, 1),
        "rate_table": "105/A/NBP/2027",
        "source": "grant",
        "paid_on": date(2027, 6, 2),
        **changes,
    }
