"""Preparing a mailing and letting it go: draft, check, propose, approve, take back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.counts import Count
from core.formats import day_in_warsaw
from core.models import User
from core.states import TransitionNotAllowed, hold, move
from mailing import mailing_selectors, registry, texts
from mailing.audiences import check_may_write
from mailing.enums import MailingStatus
from mailing.models import Mailing
from mailing.second_person import A_DAY, MANY
from mailing.services import mailing_words
from mailing.services.mailing_words import FIELDS, words_of
from mailing.services.releases import drafts_released_alone, hold_hands_of
from mailing.services.texts import NeedsSecondPerson, check_texts

Status = MailingStatus
MOST_NAMED = 10
LANGUAGES = [code for code, _name in settings.LANGUAGES]


class NotOpen(Exception):
    """The mailing cannot be changed any more; it must be sent back first."""


class MailingChanged(Exception):
    """It was sent back and proposed anew since the person looked at it."""


class NotReady(Exception):
    """The mailing cannot go out like this. `sentences`: what is missing, each a sentence."""

    def __init__(self, sentences: Sequence[str]):
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


@dataclass(frozen=True)
class Pace:
    """When a mailing goes and how fast; None: as soon as allowed, and as the house does."""

    starts_at: datetime | None = None
    per_minute: int | None = None
    per_hour: int | None = None
    hold_minutes: int = 10


@transaction.atomic
def draft_mailing(
    *,
    title: str,
    letter: str,
    audience: str,
    wish: Mapping[str, Any],
    actor: User,
    now: datetime,
    words: Mapping[str, str] | None = None,
    pace: Pace | None = None,
) -> Mailing:
    """Begin a mailing; nothing goes out by it.

    `words`: the six texts, for a kind that has words of its own. Raises `LetterNotForAudience`,
    `UnknownAudience`, `UnknownLetter`, and `TextsRefused` with a sentence for each field.
    """
    own = _clean_words(letter, words)
    check_may_write(audience, letter, actor)
    mailing = Mailing.objects.create(
        title=title,
        letter=letter,
        audience=audience,
        wish=dict(wish),
        author=actor,
        changed_by=actor,
        created_at=now,
        changed_at=now,
        **own,
        **_pace(pace),
    )
    audit.record(action="mailing.mailing.begun", target=mailing, actor=actor, now=now)
    return mailing


@transaction.atomic
def change_mailing(
    mailing: Mailing,
    *,
    actor: User,
    now: datetime,
    title: str | None = None,
    wish: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
    pace: Pace | None = None,
) -> Mailing:
    """Change what is given of a draft; None leaves it as it is.

    Other words want another preview and test letter, another choice wants the recipients worked
    out anew. Raises `NotOpen`, `TextsRefused`.
    """
    hold_open(mailing)
    changes: dict[str, Any] = {} if title is None else {"title": title}
    if pace is not None:
        changes |= _pace(pace)
    if words is not None and _clean_words(mailing.letter, words) != words_of(mailing):
        changes |= _clean_words(mailing.letter, words) | NOT_LOOKED_AT | {"worked_out_at": None}
    if wish is not None and dict(wish) != mailing.wish:
        changes |= {"wish": dict(wish), "worked_out_at": None}
        mailing.recipients.all().delete()
    return _change(mailing, changes, actor=actor, now=now)


NOT_LOOKED_AT: dict[str, Any] = {"previewed_at": None, "tested_at": None}


def hold_open(mailing: Mailing) -> None:
    """Lock a draft for a change. Raises `NotOpen`. In a transaction."""
    seen = mailing.status
    hold(mailing)
    fresh = Mailing.objects.values_list("status", flat=True).get(pk=mailing.pk)
    if seen != Status.DRAFT or fresh != Status.DRAFT:
        raise NotOpen(mailing)


def _change(mailing: Mailing, changes: dict[str, Any], *, actor: User, now: datetime) -> Mailing:
    if not changes:
        return mailing
    changes |= {"changed_by": actor, "changed_at": now}
    for field, value in changes.items():
        setattr(mailing, field, value)
    mailing.save(update_fields=list(changes))
    names = sorted(set(changes) - {"changed_by", "changed_at"})
    audit.record(
        action="mailing.mailing.changed", target=mailing, actor=actor, now=now, changed=names
    )
    return mailing


def note_hand(mailing: Mailing, *, actor: User, now: datetime) -> None:
    """Somebody had a hand in who gets the letter: not the one to approve it."""
    _change(mailing, {"changed_by": actor}, actor=actor, now=now)


def _clean_words(letter: str, words: Mapping[str, str] | None) -> dict[str, str]:
    """The six texts, checked; all empty where the letter has no words of each mailing's own."""
    own = registry.kind(letter).has_own_words
    clean = {
        name: (words or {}).get(name, "").replace("\r\n", "\n").strip() if own else ""
        for name in FIELDS
    }
    if any(clean.values()):
        check_texts(letter, clean, optional=LANGUAGES)
    return clean


def _pace(pace: Pace | None) -> dict[str, Any]:
    return vars(pace) if pace is not None else {}


def what_is_missing(mailing: Mailing, *, now: datetime) -> list[str]:
    """Sentences on what keeps the mailing from going out; none when it may (P26, E8)."""
    found: list[str] = []
    if unwritten := mailing_words.unwritten(mailing):
        names = ", ".join(_(str(dict(settings.LANGUAGES)[code])) for code in unwritten)
        found.append(
            _("Write subject and text in the languages of the recipients: %(names)s.")
            % {"names": names}
        )
    if mailing.worked_out_at is None or day_in_warsaw(mailing.worked_out_at) != day_in_warsaw(now):
        found.append(_("Work out the recipients today: since then somebody may have answered."))
    elif not mailing.recipients.chosen().exists():
        found.append(_("Nobody gets this letter: change the choice of recipients."))
    found += _gaps(mailing)
    if _has_other_words_since(mailing):
        found.append(
            _(
                "The text of the letter was published anew: work out the recipients, look at the "
                "preview and send a test letter once more."
            )
        )
    if mailing.previewed_at is None:
        found.append(_("Look at the preview of a letter."))
    if mailing.tested_at is None:
        found.append(_("Send a test letter to yourself."))
    return found


def _has_other_words_since(mailing: Mailing) -> bool:
    """Whether something was done with words that would not go out any more.

    A proposal settles the text in force at that moment: it is to be the one that was looked at.
    """
    if registry.kind(mailing.letter).has_own_words:
        return False
    text = texts.in_force(mailing.letter)
    if text is None or text.published_at is None:
        return False
    done = (mailing.worked_out_at, mailing.previewed_at, mailing.tested_at)
    return any(at is not None and at < text.published_at for at in done)


def _gaps(mailing: Mailing) -> list[str]:
    rows = mailing_selectors.rows_with_gaps(mailing)
    first = [f"{row.label} ({row.missing_words})" for row in rows[:MOST_NAMED]]
    if not first:
        return []
    many = rows.count()
    sentence = ngettext(
        "The letter of %(many)s recipient has an empty place: %(who)s.",
        "The letters of %(many)s recipients have an empty place: %(who)s.",
        many,
    )
    return [
        sentence
        % {"many": Count(many), "who": ", ".join(first) + ("…" if many > len(first) else "")}
    ]


def needs_second_person(mailing: Mailing, *, actor: User, now: datetime) -> bool:
    """Whether more than 50 get it, alone or with what went out by itself within a day.

    Many small mailings of one letter are a big one, whoever let them go; with them counts what
    `actor` has let go from the outbox.
    """
    lately = mailing_selectors.let_go_by_one_person(now - A_DAY)
    others = lately.filter(mailing__letter=mailing.letter).exclude(mailing=mailing).count()
    drafts = drafts_released_alone(actor, now).get(mailing.letter, 0)
    return mailing.recipients.chosen().count() + others + drafts > MANY


@transaction.atomic
def propose(mailing: Mailing, *, actor: User, now: datetime) -> Mailing:
    """Ask a second person to let it go; nothing of it can change until then.

    Raises `LetterNotForAudience`, `NotReady`, `TransitionNotAllowed`.
    """
    _hold_ready(mailing, actor, now)
    return move(
        mailing,
        Status.PROPOSED,
        actor=actor,
        now=now,
        proposed_by=actor,
        proposed_at=now,
        sent_back_reason="",
        needs_second_person=needs_second_person(mailing, actor=actor, now=now),
        text=texts.in_force(mailing.letter),
    )


@transaction.atomic
def schedule(mailing: Mailing, *, actor: User, now: datetime) -> Mailing:
    """Let a mailing to few go, without a second person.

    Raises `NeedsSecondPerson` above 50 recipients, `LetterNotForAudience`, `NotReady`,
    `TransitionNotAllowed`.
    """
    _hold_ready(mailing, actor, now)
    _wait_for_others(mailing, actor)
    if needs_second_person(mailing, actor=actor, now=now):
        raise NeedsSecondPerson(mailing)
    text = texts.in_force(mailing.letter)
    return _release(mailing, actor=actor, now=now, needs_second_person=False, text=text)


@transaction.atomic
def approve(mailing: Mailing, *, seen: datetime | None, actor: User, now: datetime) -> Mailing:
    """Let a proposed mailing go, as the second person.

    `seen`: when the mailing that the person looked at was proposed. Raises `NeedsSecondPerson` to
    whoever had a hand in it, `LetterNotForAudience` to whoever may not write to these people,
    `MailingChanged`, and `TransitionNotAllowed` for what was never proposed. Many small
    proposals are a big one as well, so it is counted once more.
    """
    hold(mailing)
    if mailing.status != Status.PROPOSED:
        raise TransitionNotAllowed(mailing, Status.SCHEDULED)
    if mailing.proposed_at != seen:
        raise MailingChanged(mailing)
    check_may_write(mailing.audience, mailing.letter, actor)
    _wait_for_others(mailing, actor)
    is_to_many = mailing.needs_second_person or needs_second_person(mailing, actor=actor, now=now)
    if is_to_many and mailing.had_a_hand(actor):
        raise NeedsSecondPerson(mailing)
    return _release(mailing, actor=actor, now=now, needs_second_person=is_to_many)


def _wait_for_others(mailing: Mailing, actor: User) -> None:
    """What is let go of one letter, or by one person, goes one after the other: each counts those
    before."""
    hold_hands_of(actor)
    with connection.cursor() as cursor:
        lock = f"mailing.letting_go.{mailing.letter}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [lock])


def _hold_ready(mailing: Mailing, actor: User, now: datetime) -> None:
    hold(mailing)
    check_may_write(mailing.audience, mailing.letter, actor)
    if missing := what_is_missing(mailing, now=now):
        raise NotReady(missing)


def _release(mailing: Mailing, *, actor: User, now: datetime, **changes: Any) -> Mailing:
    earliest = now + timedelta(minutes=mailing.hold_minutes)
    released_at = max(mailing.starts_at or earliest, earliest)
    return move(
        mailing,
        Status.SCHEDULED,
        actor=actor,
        now=now,
        approved_by=actor,
        approved_at=now,
        released_at=released_at,
        **changes,
    )


@transaction.atomic
def send_back(mailing: Mailing, *, reason: str, actor: User, now: datetime) -> Mailing:
    """Back to be prepared: by the second person, or taken back before the first letter (E21).

    Raises `TransitionNotAllowed` once letters go out.
    """
    hold(mailing)
    return move(
        mailing,
        Status.DRAFT,
        actor=actor,
        now=now,
        sent_back_reason=reason,
        proposed_by=None,
        proposed_at=None,
        approved_by=None,
        approved_at=None,
        released_at=None,
        needs_second_person=False,
        text=None,
    )


@transaction.atomic
def cancel_mailing(mailing: Mailing, *, actor: User, now: datetime) -> Mailing:
    """It will not go out. Raises `TransitionNotAllowed` once letters go out (then: pause it)."""
    return move(mailing, Status.CANCELLED, actor=actor, now=now, finished_at=now)
