"""Two people on one record of the panel: both are kept, or one of them is asked (FT-18, L36)."""

from datetime import timedelta

import pytest

from core import panel_together
from core.models import AuditEvent
from programme.models import Contact, Edition
from tests.factories.programme import ContactFactory, EditionFactory
from tests.programme.test_panel import form_data, record_url

pytestmark = pytest.mark.django_db


def opened(client, edition) -> dict[str, str]:
    """What the page would send, with the marks of what it showed."""
    data = form_data(client, edition)
    return data | {panel_together.NAME: client.get(record_url(edition)).context["seen"]}


@pytest.fixture
def edition():
    return EditionFactory(grace_minutes=15, help_email="a@fsm.example")


def test_different_fields_of_two_people_are_both_kept(administrator_client, edition):
    page = opened(administrator_client, edition)
    Edition.objects.update(help_email="kolega@fsm.example")

    answer = administrator_client.post(record_url(edition), page | {"grace_minutes": "20"})

    stored = Edition.objects.get()
    assert answer.status_code == 302
    assert (stored.grace_minutes, stored.help_email) == (20, "kolega@fsm.example")
    line = AuditEvent.objects.get(action="programme.edition.changed")
    assert line.data["fields"] == ["grace_minutes"]


def test_same_field_is_asked_about_and_the_second_press_decides(administrator_client, edition):
    page = opened(administrator_client, edition) | {"grace_minutes": "20"}
    Edition.objects.update(grace_minutes=30, help_email="kolega@fsm.example")

    asked = administrator_client.post(record_url(edition), page)
    before = Edition.objects.get().grace_minutes
    again = page | {panel_together.NAME: asked.context["seen"]}
    decided = administrator_client.post(record_url(edition), again)

    stored = Edition.objects.get()
    errors = asked.context["adminform"].form.errors
    assert (asked.status_code, decided.status_code) == (200, 302)
    assert list(errors) == ["grace_minutes"]
    assert "30" in errors["grace_minutes"][0]
    assert before == 30
    assert (stored.grace_minutes, stored.help_email) == (20, "kolega@fsm.example")


def test_without_the_marks_the_colleague_would_be_lost(administrator_client, edition):
    """Negative control: what the page showed is what the guard goes by."""
    page = form_data(administrator_client, edition)
    Edition.objects.update(help_email="kolega@fsm.example")

    administrator_client.post(record_url(edition), page | {"grace_minutes": "20"})

    assert Edition.objects.get().help_email == "a@fsm.example"


def test_page_that_nobody_else_touched_is_saved_as_it_is(administrator_client, edition):
    page = opened(administrator_client, edition)

    answer = administrator_client.post(record_url(edition), page)

    assert answer.status_code == 302
    assert Edition.objects.get().survey_closes_at == edition.survey_closes_at


def test_page_carries_marks_of_nothing_that_it_does_not_offer(
    administrator_client, signed_in, auditor, edition
):
    """P09: from a mark a value can be guessed, so none leaves for who only reads, or not even."""
    shown = administrator_client.get(record_url(edition)).context
    read = signed_in(auditor).get(record_url(edition))

    names = {field.name for field in Edition._meta.fields}
    offered = set(shown["adminform"].form.fields)
    assert set(panel_together.read(shown["seen"])) == names & offered
    assert names - offered != set()
    assert (read.status_code, read.context["seen"]) == (200, "")
    assert b'name="_seen"' not in read.content


def test_what_is_right_of_each_may_be_wrong_of_both(administrator_client, edition):
    """Two dates that pass each other are said in words, not found by the database."""
    page = opened(administrator_client, edition)
    later = edition.survey_closes_at - timedelta(days=1)
    Edition.objects.update(survey_opens_at=later)
    page |= dict(_parts("survey_closes_at", edition.survey_opens_at + timedelta(days=1)))

    answer = administrator_client.post(record_url(edition), page)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors != {}
    assert Edition.objects.get().survey_closes_at == edition.survey_closes_at


def _parts(name, moment):
    from core.formats import WARSAW
    from core.panel_fields import DateTimeParts

    widget = DateTimeParts()
    values = widget.decompress(moment.astimezone(WARSAW))
    for suffix, value in zip(widget.widgets_names, values, strict=True):
        yield f"{name}{suffix}", str(value)


class TestRows:
    """Rows on the page of a record: the people of an office (FT-18)."""

    @pytest.fixture
    def contact(self):
        return ContactFactory(position="Sekretarz", phone="600100200", language="pl")

    @staticmethod
    def page_of(client, office) -> dict[str, str]:
        """What the page would send if nobody changed anything, with the marks of each row."""
        data = form_data(client, office)
        for inline in client.get(record_url(office)).context["inline_admin_formsets"]:
            data |= {
                form.seen_name: form.seen_written
                for form in inline.formset.initial_forms
                if hasattr(form, "seen_name")
            }
        return data

    @staticmethod
    def name_of(page, field) -> str:
        return next(name for name in page if name.endswith(f"-0-{field}"))

    def test_columns_of_two_people_are_both_kept(self, coordinator_client, contact):
        page = self.page_of(coordinator_client, contact.organisation)
        Contact.objects.update(phone="700100200")

        answer = coordinator_client.post(
            record_url(contact.organisation), page | {self.name_of(page, "position"): "Zastępca"}
        )

        contact.refresh_from_db()
        assert answer.status_code == 302
        assert (contact.position, contact.phone) == ("Zastępca", "700100200")

    def test_row_that_was_not_touched_keeps_what_a_colleague_wrote(
        self, coordinator_client, contact
    ):
        page = self.page_of(coordinator_client, contact.organisation)
        Contact.objects.update(phone="700100200")

        answer = coordinator_client.post(record_url(contact.organisation), page)

        contact.refresh_from_db()
        assert (answer.status_code, contact.phone) == (302, "700100200")
        assert not AuditEvent.objects.filter(action__endswith="rows_changed").exists()

    def test_same_column_is_asked_about_and_the_second_press_decides(
        self, coordinator_client, contact
    ):
        page = self.page_of(coordinator_client, contact.organisation)
        page |= {self.name_of(page, "position"): "Zastępca"}
        Contact.objects.update(position="Skarbnik")

        asked = coordinator_client.post(record_url(contact.organisation), page)
        form = next(
            form
            for inline in asked.context["inline_admin_formsets"]
            for form in inline.formset.initial_forms
            if form.errors
        )
        before = Contact.objects.get().position
        decided = coordinator_client.post(
            record_url(contact.organisation), page | {form.seen_name: form.seen_written}
        )

        assert (asked.status_code, decided.status_code) == (200, 302)
        assert list(form.errors) == ["position"]
        assert "Skarbnik" in form.errors["position"][0]
        assert f'name="{form.seen_name}" value="{form.seen_written}"' in asked.content.decode()
        assert (before, Contact.objects.get().position) == ("Skarbnik", "Zastępca")

    def test_without_the_marks_the_colleague_would_be_lost(self, coordinator_client, contact):
        """Negative control."""
        page = form_data(coordinator_client, contact.organisation)
        Contact.objects.update(phone="700100200")

        coordinator_client.post(record_url(contact.organisation), page)

        assert Contact.objects.get().phone == "600100200"
