"""The one way in which a record changes its status."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from core import audit
from core.db import require_transaction

Record = TypeVar("Record", bound=models.Model)


class TransitionNotAllowed(Exception):
    """The step is not on the map of the record's life, or somebody else was faster.

    `by` is the person who moved the record first, when that is what happened and is known;
    `is_own` when it is the same who comes second, from another window.
    """

    def __init__(
        self,
        record: models.Model,
        to: str,
        by: models.Model | None = None,
        *,
        is_own: bool = False,
    ):
        self.record, self.to, self.by, self.is_own = record, to, by, is_own
        status = getattr(record, "status", "")
        super().__init__(f"{record!r} cannot go from {status!r} to {to!r}")

    @property
    def message(self) -> str:
        """What to tell the second person, in the language in use."""
        if self.is_own:
            return _("You have already changed this, perhaps in another window.")
        if self.by is not None:
            return _("This has already been changed by: %(name)s.") % {"name": self.by}
        return _("This has already been changed, or the step is not possible now.")


def hold(record: models.Model) -> None:
    """Lock the row and reload it, before a decision that rests on what the record says.

    What somebody else is changing at this moment is waited for and seen. The status stays as it
    was read, so that `move()` still tells the second person who was first. Needs a transaction.
    """
    require_transaction("hold()")
    life: Any = record
    seen = life.status
    record.refresh_from_db(from_queryset=type(record)._base_manager.select_for_update(of=("self",)))
    life.status = seen


def move(
    record: Record,
    to: str,
    *,
    actor: Any = None,
    now: datetime | None = None,
    **changes: Any,
) -> Record:
    """Walk `record` to status `to`, together with `changes`, and write the audit line.

    The map of allowed steps is `STEPS` on the model. The UPDATE is conditional on the status that
    was read, so of two people who press at once the first wins and the second gets
    `TransitionNotAllowed`. `now` is when, for the audit line. Needs a transaction. Returns the
    record.
    """
    require_transaction("move()")
    life: Any = record
    came_from = life.status
    if to not in life.STEPS.get(came_from, ()):
        raise TransitionNotAllowed(record, to)
    still_there = type(record)._base_manager.filter(pk=record.pk, status=came_from)
    if not still_there.update(status=to, **changes):
        last = audit.history(record).first()
        by = last.actor if last else None
        raise TransitionNotAllowed(record, to, by=by, is_own=by is not None and by == actor)
    for field, value in {"status": to, **changes}.items():
        setattr(record, field, value)
    audit.record(
        action=f"{record._meta.label_lower}.{to}",
        target=record,
        actor=actor,
        now=now,
        came_from=came_from,
        changed=sorted(changes),
    )
    return record
