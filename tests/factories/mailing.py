"""Letters for tests. Traits name where a letter stands."""

from datetime import UTC, datetime, timedelta

import factory

from mailing import sealing
from mailing.models import Letter, ListedRecipient, RecipientList, Reply, Suppression
from mailing.salutations import plain_salutation

WRITTEN_AT = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)


class LetterFactory(factory.django.DjangoModelFactory):
    """A queued receipt to one office, with a link of its own."""

    class Meta:
        model = Letter

    class Params:
        draft = factory.Trait(status=Letter.Status.DRAFT)
        bulk = factory.Trait(is_bulk=True)
        failed = factory.Trait(
            status=Letter.Status.FAILED,
            attempts=1,
            first_tried_at=WRITTEN_AT,
            error="550 no such user",
        )
        ambiguous = factory.Trait(
            status=Letter.Status.AMBIGUOUS, attempts=1, first_tried_at=WRITTEN_AT, error="timeout"
        )
        sent = factory.Trait(
            status=Letter.Status.ACCEPTED, attempts=1, accepted_at=WRITTEN_AT + timedelta(seconds=3)
        )
        claimed = factory.Trait(
            status=Letter.Status.SENDING,
            attempts=1,
            first_tried_at=WRITTEN_AT,
            provider="locmem",
            lease_until=WRITTEN_AT + timedelta(minutes=5),
        )

    key = factory.Sequence(lambda n: f"test.letter.{n}")
    letter = "mailing/login_link"
    to = factory.Sequence(lambda n: f"urzad{n}@gmina.example")
    language = "pl"
    subject = factory.Sequence(lambda n: f"Potwierdzenie {n}")
    stored_text = f"Dzień dobry,\n\nlink: {sealing.marker('link')}\n"
    stored_html = f'<p>Dzień dobry</p><a href="{sealing.marker("link")}">Przejdź</a>'
    sealed = factory.LazyFunction(lambda: sealing.seal({"link": "https://win4ua.example/secret/"}))
    status = Letter.Status.QUEUED
    created_at = WRITTEN_AT


class ReplyFactory(factory.django.DjangoModelFactory):
    """An office's answer to a letter of ours, which nobody has dealt with yet."""

    class Meta:
        model = Reply

    class Params:
        automatic = factory.Trait(is_automatic=True, subject="Automatyczna odpowiedź")
        of_nobody = factory.Trait(letter=None, matched_by="", sender="ktos@gdzies.example")

    mailbox = "odpowiedzi@mail.example/INBOX"
    uid_validity = 1
    uid = factory.Sequence(lambda n: n + 1)
    message_id = factory.Sequence(lambda n: f"<{n}@gmina.example>")
    letter = factory.SubFactory(LetterFactory, sent=True)
    sender = factory.LazyAttribute(lambda one: one.letter.to)
    subject = factory.Sequence(lambda n: f"Odp: Potwierdzenie {n}")
    text = factory.Sequence(lambda n: f"Odpowiedź numer {n}.")
    matched_by = "thread"
    received_at = factory.Sequence(lambda n: WRITTEN_AT + timedelta(hours=1, minutes=n))
    read_at = WRITTEN_AT + timedelta(days=30)


class SuppressionFactory(factory.django.DjangoModelFactory):
    """An office that asked for no more bulk letters."""

    class Meta:
        model = Suppression

    email = factory.Sequence(lambda n: f"stop{n}@gmina.example")
    cause = "unsubscribed"
    since = WRITTEN_AT


class RecipientListFactory(factory.django.DjangoModelFactory):
    """A list that was kept; `many` people, whose `names` and `forms` of address may be given."""

    class Meta:
        model = RecipientList
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Lista {n}")
    name = "lista.csv"
    sha256 = "0" * 64
    actor = factory.SubFactory("tests.factories.core.UserFactory")
    prepared_at = kept_at = WRITTEN_AT

    @classmethod
    def _create(cls, model_class, *args, many=3, names=(), forms=(), **options):
        record = super()._create(model_class, *args, counts={"taken": many}, **options)
        ListedRecipient.objects.bulk_create(
            ListedRecipient(
                of=record,
                line=number + 2,
                email=f"osoba{number}@lista.example",
                name=names[number] if names else f"Osoba {number}",
                language="pl",
                form_of_address=forms[number] if forms else "",
                salutation=plain_salutation(
                    language="pl", form_of_address=forms[number] if forms else ""
                ),
            )
            for number in range(many)
        )
        return record
