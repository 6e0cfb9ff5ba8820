"""An audience of the mailing room's own tests: people in a table, who may answer meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core import roles
from core.models import User
from mailing import audiences
from mailing.audiences import Candidate, Envelope, NoLetter
from mailing.models import Letter, Mailing, MailingRecipient
from mailing.services import mailing_rows, mailings
from mailing.values import Recipient
from tests.factories.core import UserFactory
from tests.factories.mailing import WRITTEN_AT

NAME = "mailing/people"
WORDS = {
    "subject_pl": "Spotkanie: {name}",
    "body_pl": "{salutation},\n\nzapraszamy na spotkanie.",
    "subject_uk": "Зустріч: {name}",
    "body_uk": "{salutation}!\n\nЗапрошуємо на зустріч.",
    "subject_en": "A meeting: {name}",
    "body_en": "{salutation},\n\nwe invite you to a meeting.",
}


@dataclass
class People:
    """`people`: key -> what of a `Candidate` differs. `answered`: keys that need no letter now."""

    name: str = NAME
    label: str = "People"
    about: str = "People of the tests."
    letters: tuple[str, ...] = ("mailing/notice",)
    panel_model: str | None = None
    is_of_edition: bool = True
    permission: str = "mailing.write_mailing"
    people: dict[str, dict] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def add(self, many: int, **changes: object) -> None:
        """So many people more."""
        for _number in range(many):
            key = f"{len(self.people) + 1:05}"
            self.people[key] = dict(changes)

    def candidates(self, wish, *, letter: str, actor, now) -> Iterable[Candidate]:
        for key, changes in self.people.items():
            name = str(changes.get("name", f"Anna {key}"))
            values = {
                "key": key,
                "about": None,
                "label": f"Gmina: {key}",
                "email": f"a{key}@gmina.example",
                "name": name,
                "language": "pl",
                "salutation": "Szanowna Pani Wójt",
                "why": "Chosen with the filters of the list.",
                "values": {"salutation": "Szanowna Pani Wójt", "name": name},
            }
            yield Candidate(**(values | changes))

    def still(
        self, rows: Sequence[MailingRecipient], wish, *, letter: str, now
    ) -> Mapping[int, str]:
        self.asked += [row.key for row in rows]
        return {row.pk: "The survey has been sent." for row in rows if row.key in self.answered}

    def write(self, row: MailingRecipient, wish, envelope: Envelope, *, actor, now) -> Letter:
        if row.key in self.broken:
            raise NoLetter("Already invited.")
        return envelope.write(
            to=Recipient(row.email, row.language, row.name),
            context={"salutation": row.salutation, "name": row.name},
            now=now,
        )


def put_in_place(monkeypatch) -> People:
    """The house knows this audience and no other."""
    people = People()
    monkeypatch.setattr(audiences, "audiences", lambda: {NAME: people})
    return people


def staff(name: str) -> User:
    """A coordinator who may write, approve and stop."""
    roles.sync_permissions()
    return UserFactory(email=f"{name}@fsm.example", first_name=name, role=roles.COORDINATOR)


def draft(actor: User, *, now=WRITTEN_AT, looked_at: bool = True, **changes) -> Mailing:
    """A mailing with its recipients worked out, looked at and tested."""
    values = {
        "title": "Spotkanie",
        "letter": "mailing/notice",
        "audience": NAME,
        "wish": {},
        "words": WORDS,
        "actor": actor,
        "now": now,
    }
    mailing = mailings.draft_mailing(**(values | changes))
    mailing_rows.work_out(mailing, actor=actor, now=now)
    if looked_at:
        Mailing.objects.filter(pk=mailing.pk).update(previewed_at=now, tested_at=now)
        mailing.refresh_from_db()
    return mailing
