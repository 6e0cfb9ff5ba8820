"""Questions about letters."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Value

from mailing import references, registry, transport
from mailing.enums import LetterStatus, ReleaseStatus
from mailing.models import (
    Letter,
    LetterText,
    LineTrouble,
    MailingRecipient,
    ReleaseProposal,
    Suppression,
)

# What a person looks for in the outbox, in the order in which it wants attention.
SHELVES: dict[str, tuple[LetterStatus, ...]] = {
    "drafts": (LetterStatus.DRAFT,),
    "unclear": (LetterStatus.AMBIGUOUS,),
    "failed": (LetterStatus.FAILED, LetterStatus.BOUNCED, LetterStatus.COMPLAINED),
    "waiting": (
        LetterStatus.QUEUED,
        LetterStatus.RETRY,
        LetterStatus.SENDING,
        LetterStatus.HELD,
    ),
    "sent": (LetterStatus.ACCEPTED, LetterStatus.DELIVERED),
    "stopped": (LetterStatus.CANCELLED, LetterStatus.SUPPRESSED),
}

WAITS_FOR_US = "lost"  # of those that did not arrive: where a person has something to do
LOST = (LetterStatus.FAILED, LetterStatus.BOUNCED)
SIGN_IN = ("mailing/code", "mailing/login_link")


def on_shelf(shelf: str, *, search: str = "", letter: str = "") -> QuerySet[Letter]:
    """Letters of one shelf of the outbox ("" for all), newest first."""
    found = lost() if shelf == WAITS_FOR_US else Letter.objects.for_table()
    if shelf in SHELVES:
        found = found.filter(status__in=SHELVES[shelf])
    if search:
        found = found.filter(quoted(search))
    if letter:
        found = found.filter(letter=letter)
    return found.order_by("-pk")


def lost() -> QuerySet[Letter]:
    """Letters that did not arrive and wait for a person: nothing has gone in their place.

    Neither the letter again, nor another of its kind about the same record, and nobody has said
    that there is nothing more to do. A link or code to sign in is asked for anew by its owner.
    """
    taken = (*LOST, LetterStatus.DRAFT, LetterStatus.CANCELLED, LetterStatus.SUPPRESSED)
    newer = Letter.objects.filter(
        letter=OuterRef("letter"),
        about_type=OuterRef("about_type"),
        about_id=OuterRef("about_id"),
        pk__gt=OuterRef("pk"),
    ).exclude(status__in=taken)
    moved = MailingRecipient.objects.filter(came_back=OuterRef("pk"))
    waiting = Letter.objects.for_table().filter(
        status__in=LOST, put_aside_at=None, repeated_by__isnull=True
    )
    found = waiting.exclude(letter__in=SIGN_IN).filter(~Exists(newer), ~Exists(moved))
    return found.order_by("-pk")


def quoted(text: str) -> Q:
    """Letters that a text means: by our reference (E22), the office's, the address or subject."""
    if numbers := references.numbers_in(text):
        return Q(pk__in=numbers)
    words = Q(to__icontains=text) | Q(subject__icontains=text)
    return words | Q(their_reference__icontains=text)


def shelf_sizes() -> dict[str, int]:
    """How many letters stand on each shelf, and how many of them wait for us, in one query."""
    ours = lost().order_by().values(word=Value(WAITS_FOR_US)).annotate(many=Count("pk"))
    every = Letter.objects.order_by().values(word=F("status")).annotate(many=Count("pk"))
    counts = dict(every.union(ours, all=True).values_list("word", "many"))
    sizes = {
        shelf: sum(counts.get(status, 0) for status in statuses)
        for shelf, statuses in SHELVES.items()
    }
    return sizes | {WAITS_FOR_US: counts.get(WAITS_FOR_US, 0)}


def waiting_proposals() -> QuerySet[ReleaseProposal]:
    """Releases that wait for a second person, with the number of their letters, oldest first."""
    waiting = ReleaseProposal.objects.filter(status=ReleaseStatus.WAITING)
    return waiting.select_related("proposed_by").annotate(many=Count("letters")).order_by("pk")


def letters_about(record: Model) -> QuerySet[Letter]:
    """Every letter written about a record, newest first."""
    kind = ContentType.objects.get_for_model(record)
    return Letter.objects.for_table().filter(about_type=kind, about_id=record.pk).order_by("-pk")


def line_trouble() -> LineTrouble | None:
    """Why no letter leaves at the moment: the provider is down or wants no calls; else None."""
    closed = LineTrouble.objects.filter(provider=transport.provider_name())
    return closed.exclude(closed_until=None).first()


def stop_list() -> QuerySet[Suppression]:
    """Addresses without bulk mail, newest first; those taken off the list come last."""
    return Suppression.objects.select_related("lifted_by").order_by("-lifted_at", "-since", "-pk")


def letter_texts() -> list[dict[str, object]]:
    """Every letter of the house with its version in force and the newest one, in two queries."""
    in_force: dict[str, LetterText] = {}
    newest: dict[str, LetterText] = {}
    for version in LetterText.objects.order_by("letter", "published_at", "position"):
        known = newest.get(version.letter)
        if known is None or known.position < version.position:
            newest[version.letter] = version
        if version.published_at is not None:
            in_force[version.letter] = version
    counts = dict(
        Letter.objects.values_list("letter").annotate(many=Count("pk")).order_by("letter")
    )
    return [
        {
            "letter": name,
            "who": kind.who,
            "in_force": in_force.get(name),
            "draft": newest[name] if name in newest and not newest[name].published_at else None,
            "many": counts.get(name, 0),
        }
        for name, kind in sorted(registry.kinds().items())
    ]
