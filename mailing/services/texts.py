"""Writing, publishing and putting to use the words of letters."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.models import User
from mailing import hints, references, registry, rendering, sealing, texts
from mailing.models import Letter, LetterAttachment, LetterText
from mailing.placeholders import BadLetterText
from mailing.second_person import MANY

SAMPLE_ADDRESS = f"{settings.SITE_URL}/"
FIELDS = tuple(
    f"{part}_{code}" for code, _name in settings.LANGUAGES for part in ("subject", "body")
)


class TextsRefused(ValueError):
    """These texts cannot become letters. `errors`: field -> sentence."""

    def __init__(self, errors: dict[str, str]):
        self.errors = errors
        super().__init__("; ".join(errors.values()))


class NeedsSecondPerson(Exception):
    """A text that goes to many is published by somebody other than its author (P25)."""


class TextChanged(Exception):
    """The author has written over the version since it was looked at."""


class AlreadyPublished(Exception):
    """This version is in force, or was; a new one must be written."""


def check_texts(letter: str, words: Mapping[str, str], *, optional: Collection[str] = ()) -> None:
    """Whether letters can be made of these six texts, in all three languages (T1, L01).

    Of the languages that are `optional` nothing has to be written, or subject and text. Raises
    `TextsRefused` with a sentence for each field.
    """
    kind = registry.kind(letter)
    errors: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        subject, body = words.get(f"subject_{code}", ""), words.get(f"body_{code}", "")
        if code in optional and not subject.strip() and not body.strip():
            continue
        if code in optional and not body.strip():
            errors[f"body_{code}"] = _("Write the text as well, or leave the subject empty too.")
            continue
        if "\n" in subject.strip() or not subject.strip():
            errors[f"subject_{code}"] = _("Write the subject on one line.")
            continue
        try:
            _try(kind, f"{subject}\n\n{body}", code)
        except BadLetterText as error:
            where = "subject" if _is_of_subject(kind, subject) else "body"
            errors[f"{where}_{code}"] = str(error)
    if errors:
        raise TextsRefused(errors)


def _try(kind: registry.LetterKind, source: str, language: str) -> None:
    compiled = _compile(kind, source, language, is_bulk=False)
    bare = (compiled.names - compiled.links) & kind.links
    if bare:
        raise BadLetterText(
            _("{%(name)s} is an address and stands on a button: -> {%(name)s} | What it says")
            % {"name": sorted(bare)[0]}
        )
    rendering.render(
        compiled, kind.placeholders, language=language, seal=kind.sealed, links=kind.links
    )


def _is_of_subject(kind: registry.LetterKind, subject: str) -> bool:
    try:
        _try(kind, f"{subject}\n\nx", "pl")
    except BadLetterText:
        return True
    return False


@transaction.atomic
def save_text(
    letter: str, *, words: Mapping[str, str], note: str = "", actor: User, now: datetime
) -> LetterText:
    """Keep a new version; letters go on as before until it is published. Raises `TextsRefused`.

    The author's own last version that was never published is written over.
    """
    clean = {name: words.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    check_texts(letter, clean)
    versions = LetterText.objects.of(letter).select_for_update()
    last = versions.first()
    values = {
        **clean,
        "note": note,
        "written_at": now,
        "needs_second_person": _goes_to_many(letter),
    }
    if last is not None and last.published_at is None and last.written_by_id == actor.pk:
        LetterText.objects.filter(pk=last.pk, published_at=None).update(**values)
        last.refresh_from_db()
        version = last
    else:
        position = last.position + 1 if last is not None else 1
        version = LetterText.objects.create(
            letter=letter, position=position, written_by=actor, **values
        )
    audit.record(action="mailing.lettertext.written", target=version, actor=actor, now=now)
    return version


def _goes_to_many(letter: str) -> bool:
    """Whether more than 50 such letters were written, or it is written to many at once."""
    known = Letter.objects.filter(letter=letter)
    return known.filter(is_bulk=True).exists() or known[: MANY + 1].count() > MANY


@transaction.atomic
def publish_text(version: LetterText, *, seen: datetime, actor: User, now: datetime) -> LetterText:
    """From now on letters are written with this version.

    `seen` is when the words that the person looked at were written. Raises `NeedsSecondPerson`,
    `AlreadyPublished`, `TextChanged`.
    """
    fresh = LetterText.objects.select_for_update().get(pk=version.pk)
    if fresh.published_at is not None:
        raise AlreadyPublished(fresh)
    if fresh.written_at != seen:
        raise TextChanged(fresh)
    # Since it was written the letter may have gone to many.
    fresh.needs_second_person = fresh.needs_second_person or _goes_to_many(fresh.letter)
    if fresh.needs_second_person and fresh.written_by_id == actor.pk:
        raise NeedsSecondPerson(fresh)
    fresh.published_at, fresh.published_by = now, actor
    fresh.save(update_fields=["published_at", "published_by", "needs_second_person"])
    audit.record(action="mailing.lettertext.published", target=fresh, actor=actor, now=now)
    return fresh


@dataclass(frozen=True)
class Rebuilt:
    """Letters that say the new words now, and those that could not, with the reason in words."""

    done: list[Letter] = field(default_factory=list)
    not_done: list[tuple[Letter, str]] = field(default_factory=list)


def waiting_with_other_words(letter: str) -> QuerySet[Letter]:
    """Letters that wait for a person and were written with another version than today's (E14)."""
    version = texts.in_force(letter)
    waiting = Letter.objects.filter(letter=letter, status=Letter.Status.DRAFT)
    if version is None:
        return waiting.exclude(written_with=None).order_by("pk")
    return waiting.exclude(written_with=version).order_by("pk")


@transaction.atomic
def rebuild_waiting(letter: str, *, actor: User, now: datetime) -> Rebuilt:
    """Write the letters that still wait for release anew, with today's words and their own values.

    A letter of which a value is missing keeps its old words and is listed.
    """
    shelf, rebuilt = texts.Shelf(), Rebuilt()
    waiting = waiting_with_other_words(letter).values_list("pk", flat=True)
    for draft in Letter.objects.select_for_update(skip_locked=True).filter(pk__in=list(waiting)):
        if draft.status != Letter.Status.DRAFT:
            continue
        try:
            _rewrite(draft, shelf)
        except BadLetterText as error:
            rebuilt.not_done.append((draft, str(error)))
        else:
            rebuilt.done.append(draft)
    if rebuilt.done:
        audit.record(
            action="mailing.lettertext.rebuilt",
            target=actor,
            actor=actor,
            now=now,
            letter=letter,
            many=len(rebuilt.done),
        )
    return rebuilt


def _rewrite(draft: Letter, shelf: texts.Shelf) -> None:
    source = shelf.source(draft.letter, draft.language)
    written = rendering.assemble(_compiled(draft, source.text), draft.values, draft.secrets)
    Letter.objects.filter(pk=draft.pk, status=Letter.Status.DRAFT).update(
        subject=written.subject,
        stored_text=written.text,
        stored_html=written.html,
        written_with=source.version,
    )


def _compiled(letter: Letter, source: str) -> rendering.Compiled:
    kind = registry.kind(letter.letter)
    return _compile(kind, source, letter.language, is_bulk=letter.is_bulk)


def _compile(
    kind: registry.LetterKind, source: str, language: str, *, is_bulk: bool
) -> rendering.Compiled:
    names = frozenset(kind.placeholders)
    return rendering.compile_text(source, language, names, is_bulk, settings.REPLY_TO_EMAIL)


@dataclass(frozen=True)
class Preview:
    """A letter that was not written: exactly what a person would get, links sealed."""

    subject: str
    text: str
    html: str
    language: str


def preview(
    letter: str, *, words: Mapping[str, str], like: Letter | None, language: str
) -> Preview:
    """What somebody would get: the values of a real letter of the kind, or the samples (E2).

    The same renderer as for delivery, byte for byte. Raises `TextsRefused`.
    """
    check_texts(letter, words)
    kind = registry.kind(letter)
    code = like.language if like is not None else language
    source = f"{words[f'subject_{code}']}\n\n{words[f'body_{code}']}\n"
    compiled = _compile(kind, source, code, is_bulk=like is not None and like.is_bulk)
    if like is None:
        made = rendering.render(
            compiled, kind.placeholders, language=code, seal=kind.sealed, links=kind.links
        )
    else:
        made = rendering.assemble(compiled, like.values, like.secrets)
    return Preview(made.subject, made.text, made.html, code)


def marked(made: Preview, *, letter: str, words: Mapping[str, str], like: Letter | None) -> list:
    """The plain text in pieces: (words, whether they came from a placeholder), for eyes (E2)."""
    kind = registry.kind(letter)
    source = f"{words[f'subject_{made.language}']}\n\n{words[f'body_{made.language}']}\n"
    compiled = _compile(kind, source, made.language, is_bulk=like is not None and like.is_bulk)
    if like is not None:
        return _pieces(compiled, like.values, like.reference_lines)
    return _pieces(compiled, kind.placeholders, references.sample_lines(made.language))


def pieces_of(letter: Letter, shelf: texts.Shelf) -> list[tuple[str, bool]]:
    """The same of a letter that was written with a text of this shelf."""
    source = shelf.source(letter.letter, letter.language)
    return _pieces(_compiled(letter, source.text), letter.values, letter.reference_lines)


def _pieces(
    compiled: rendering.Compiled, values: Mapping[str, object], reference: str
) -> list[tuple[str, bool]]:
    hidden = f"[{_('personal link or code')}]"  # what is secret has no value here
    return [
        (str(values.get(word, hidden)), True)
        if what == "name"
        else (word.replace(sealing.NUMBER, reference), False)
        for what, word in compiled.text
    ]


@transaction.atomic
def send_test(like: Letter, *, actor: User, now: datetime) -> Letter:
    """Send to a colleague what the recipient of `like` gets, marked TEST (E4).

    Its links and codes are samples: those of another person are shown to nobody. Changes nothing
    of the letter, and is never counted as one of its kind that was sent.
    """
    return make_test(copy_as_test(like, key=str(like.pk), actor=actor, now=now))


@dataclass(frozen=True)
class CopyForTest:
    """A test letter with its files, before it is written."""

    letter: Letter
    files: list[LetterAttachment]


def copy_as_test(like: Letter, *, key: str, actor: User, now: datetime) -> CopyForTest:
    """A copy of a letter for a colleague, marked TEST, with samples for links and codes."""
    samples = dict.fromkeys(like.secrets, SAMPLE_ADDRESS)
    test = Letter(
        key=f"mailing.test.{key}.{actor.pk}.{now.timestamp():.3f}",
        letter=like.letter,
        to=actor.email,
        to_name=str(actor)[:160],
        language=like.language,
        subject=f"TEST – {like.subject}"[:200],
        stored_text=like.numbered_text,
        stored_html=like.numbered_html,
        sealed=sealing.seal(samples),
        status=Letter.Status.QUEUED,
        created_at=now,
    )
    files = [
        LetterAttachment(
            letter=test,
            name=file.name,
            content_type=file.content_type,
            content=file.content,
            shared_id=file.shared_id,
        )
        for file in like.attachments.order_by("pk")
    ]
    return CopyForTest(test, files)


def make_test(copy: CopyForTest) -> Letter:
    """Put a test letter into the outbox, to be sent at once."""
    copy.letter.save(force_insert=True)
    for file in copy.files:
        file.letter = copy.letter
    LetterAttachment.objects.bulk_create(copy.files)
    hints.letter_is_due(copy.letter.pk)
    return copy.letter
