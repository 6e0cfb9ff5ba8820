"""Addresses that Django's own field lets through and no letter of ours can go to (SEC-T3)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.models import HostInvitation, HostSurvey, InternApplication
from applications.services import host, interns
from core import links
from mailing.models import Letter
from tests.factories.applications import (
    HostSurveyFactory,
    InternApplicationFactory,
    host_answers,
    intern_answers,
)
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory, HromadaFactory

ODD = ['"a b"@gmina.pl', "a@[10.0.0.1]"]
pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("email", ODD)]


@pytest.fixture
def edition():
    now = timezone.now()
    opens, closes = now - timedelta(days=5), now + timedelta(days=20)
    return EditionFactory(
        year=now.year,
        survey_opens_at=opens,
        survey_closes_at=closes,
        applications_open_at=opens,
        applications_close_at=closes,
    )


def test_entrance_of_the_survey_says_so(client, edition, email):
    gmina = GminaFactory()
    page = reverse("applications:survey_gmina", args=[gmina.teryt])

    answer = client.post(page, {"email": email})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["email"]
    assert len(answer.context["form"].errors["email"]) == 1
    assert HostInvitation.objects.count() == 0


def test_contact_person_of_the_survey_needs_another(client, edition, email, monkeypatch):
    survey = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    monkeypatch.setattr(links, "is_trusted", lambda request, link, **_: True)
    with transaction.atomic():
        token = host.new_link(survey, email=survey.email, now=timezone.now())
    page = reverse("applications:survey_page", args=[token, "kontakt"])

    answer = client.post(page, {"kontakt_email": email})

    assert len(answer.context["form"].errors["kontakt_email"]) == 1
    assert HostSurvey.objects.get().draft_answers["kontakt_email"] != email


def test_entrance_of_the_application_says_so(client, edition, email):
    hromada = HromadaFactory()

    answer = client.post(
        "/zayavka/", {"hromada": hromada.name, "hromada_value": hromada.katottg, "email": email}
    )

    assert list(answer.context["form"].errors) == ["email"]
    assert InternApplication.objects.count() == 0


def test_application_is_not_sent_with_such_an_address_of_the_head(edition, email):
    answers = {**intern_answers(), "kerivnyk_email": email}
    application = InternApplicationFactory(edition=edition, answers=answers)

    with pytest.raises(interns.NotComplete) as refusal:
        interns.submit_application(application, now=timezone.now())

    assert "kerivnyk" in refusal.value.pages
    assert Letter.objects.count() == 0


def test_panel_does_not_take_it_for_a_contact(coordinator_client, email):
    contact = ContactFactory()
    page = reverse("admin:programme_contact_change", args=[contact.pk])
    typed = {
        "organisation": contact.organisation_id,
        "role": contact.role,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "language": contact.language,
        "email": email,
    }

    answer = coordinator_client.post(page, typed)

    assert list(answer.context["adminform"].form.errors) == ["email"]
