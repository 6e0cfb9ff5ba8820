"""Public texts: save a draft, publish it, throw it away, bring an older version back.

What the public sees changes only by `publish`; a half-written sentence never stands on a page.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, Model

from core import audit
from core.models import User
from programme.models import ContentVersion, PublicContent


class DraftChanged(Exception):
    """Somebody else has saved or published meanwhile; what was typed is not thrown away."""

    def __init__(self, by: User | None):
        self.by = by
        super().__init__(str(by))


class NothingToPublish(Exception):
    """There is no draft, or it says what is published already."""


class DraftExists(Exception):
    """An older version cannot be brought back over a draft; finish or drop that one first."""


@transaction.atomic
def save_draft(
    target: PublicContent, *, content: Mapping[str, str], seen: int, actor: User, now: datetime
) -> ContentVersion:
    """Keep what was typed as the draft; the public sees nothing of it.

    `content` holds every field of `target.CONTENT` as text; `seen` is the revision of the draft
    that the person had before them, 0 for none. Raises `DraftChanged`.
    """
    draft = _locked_draft(target)
    _refuse_if_changed(draft, seen)
    if draft is None:
        draft = ContentVersion(target=target, revision=0)
    draft.content = {name: content[name] for name in target.CONTENT}
    draft.revision += 1
    draft.is_proposal, draft.saved_by, draft.saved_at = False, actor, now
    draft.save()
    _record("draft_saved", target, actor, now)
    return draft


@transaction.atomic
def publish(
    target: PublicContent, *, seen: int, actor: User | None, now: datetime, note: str = ""
) -> ContentVersion:
    """Make the draft what everybody reads, as a new version.

    Raises `NothingToPublish`, and `DraftChanged` when the draft is not the one that was looked at.
    """
    draft = _locked_draft(target)
    if draft is None:
        raise NothingToPublish(target)
    _refuse_if_changed(draft, seen)
    target.take(draft.content)
    target.full_clean()
    target.save(update_fields=list(target.CONTENT))
    draft.number = _last_number(target) + 1
    draft.published_by, draft.published_at, draft.note = actor, now, note
    draft.is_proposal = False
    draft.save()
    _record("published", target, actor, now, version=draft.number)
    return draft


@transaction.atomic
def drop_draft(target: PublicContent, *, seen: int, actor: User, now: datetime) -> None:
    """Throw the draft away; what is published stays. Raises `DraftChanged`, `NothingToPublish`."""
    if target._state.adding:
        raise NothingToPublish(target)
    draft = _locked_draft(target)
    if draft is None:
        raise NothingToPublish(target)
    _refuse_if_changed(draft, seen)
    draft.delete()
    _record("draft_dropped", target, actor, now)


@transaction.atomic
def bring_back(
    target: PublicContent, version: ContentVersion, *, actor: User, now: datetime
) -> ContentVersion:
    """Make a draft of an older version, to be looked at and published. Raises `DraftExists`."""
    if _locked_draft(target) is not None:
        raise DraftExists(target)
    draft = ContentVersion.objects.create(
        target=target,
        content={**target.content, **version.content},
        brought_back=version,
        saved_by=actor,
        saved_at=now,
    )
    _record("brought_back", target, actor, now, version=version.number)
    return draft


def propose(words: Mapping[PublicContent, Mapping[str, str]]) -> None:
    """Lay drafts that come with the application before staff, for texts of one kind.

    A text that has words or a version of its own is left alone.
    """
    kinds = {type(target) for target in words}
    if not kinds:
        return
    kind = ContentType.objects.get_for_model(kinds.pop())
    known = set(
        ContentVersion.objects.filter(
            target_type=kind, target_id__in=[target.pk for target in words]
        ).values_list("target_id", flat=True)
    )
    ContentVersion.objects.bulk_create(
        ContentVersion(
            target_type=kind,
            target_id=target.pk,
            content={**target.content, **content},
            is_proposal=True,
        )
        for target, content in words.items()
        if target.pk not in known and not any(target.content[name] for name in content)
    )


def draft_of(target: PublicContent) -> ContentVersion | None:
    """The draft, if there is one."""
    return target.versions.filter(number=None).select_related("saved_by").first()


def _locked_draft(target: PublicContent) -> ContentVersion | None:
    """The draft; whoever writes about this text waits until we are through."""
    _lock(target)
    return target.versions.filter(number=None).first()


def _lock(target: Model) -> None:
    type(target)._default_manager.select_for_update().get(pk=target.pk)
    target.refresh_from_db()


def _refuse_if_changed(draft: ContentVersion | None, seen: int) -> None:
    if (draft.revision if draft else 0) != seen:
        raise DraftChanged(draft.saved_by if draft else None)


def _last_number(target: PublicContent) -> int:
    return target.versions.aggregate(last=Max("number"))["last"] or 0


def _record(
    deed: str, target: PublicContent, actor: User | None, now: datetime, **data: Any
) -> None:
    audit.record(
        action=f"programme.{target._meta.model_name}.{deed}",
        target=target,
        actor=actor,
        now=now,
        **data,
    )
