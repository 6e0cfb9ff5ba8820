"""The audience of this room itself: people on a list that a coordinator brought."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.models import User
from mailing.audiences import BadWish, Candidate, Envelope, Option, Wish
from mailing.models import Letter, ListedRecipient, MailingRecipient, RecipientList
from mailing.services.recipient_verdicts import State
from mailing.values import Recipient

ON_THE_LIST = gettext_noop("Stands on the list of recipients that was chosen.")
NOT_ON_IT = gettext_noop("Does not stand on the list of recipients any more.")

TAKEN = str(State.TAKEN)


class ListAudience:
    """Everybody on a list of recipients that was kept, and is in use."""

    name = "mailing/list"
    label = gettext_lazy("A list of recipients that we brought")
    about = gettext_lazy("People who are no record of ours: participants, editors, partners.")
    letters = ("mailing/notice",)
    panel_model = None
    is_of_edition = False
    permission = "mailing.import_recipients"

    def options(self) -> Sequence[Option]:
        """Which list, of those in use."""
        in_use = RecipientList.objects.filter(kept_at__isnull=False, dropped_at=None)
        lists = in_use.order_by("-kept_at", "-pk").values_list("pk", "title", "counts")
        choices = [(str(pk), f"{title} ({counts.get(TAKEN, 0)})") for pk, title, counts in lists]
        return [Option("list", _("List of recipients"), choices, is_open=True)]

    def candidates(
        self, wish: Wish, *, letter: str, actor: User, now: datetime
    ) -> Iterator[Candidate]:
        """One for each line of the list. Raises `BadWish` without a list."""
        record = RecipientList.objects.filter(pk=wish.get("list") or 0)
        kept = record.filter(kept_at__isnull=False, dropped_at=None).defer("content").first()
        if kept is None:
            raise BadWish(_("Choose a list of recipients that is in use."))
        for row in kept.rows.order_by("line"):
            yield Candidate(
                key=str(row.pk),
                about=None,
                label=row.name or row.email,
                email=row.email,
                name=row.name,
                language=row.language,
                salutation=row.salutation,
                why=ON_THE_LIST,
                values={"salutation": row.salutation, "name": row.name},
            )

    def still(
        self, rows: Sequence[MailingRecipient], wish: Wish, *, letter: str, now: datetime
    ) -> Mapping[int, str]:
        """Whoever was taken off with the list gets nothing any more."""
        asked = ListedRecipient.objects.filter(pk__in=[int(row.key) for row in rows])
        known = set(asked.select_for_update(no_key=True).values_list("pk", flat=True))
        return {row.pk: NOT_ON_IT for row in rows if int(row.key) not in known}

    def write(
        self,
        row: MailingRecipient,
        wish: Wish,
        envelope: Envelope,
        *,
        actor: User,
        now: datetime,
    ) -> Letter:
        """The letter; no other deed belongs to it."""
        return envelope.write(
            to=Recipient(row.email, row.language, row.name),
            context={"salutation": row.salutation, "name": row.name},
            now=now,
        )


AUDIENCES = (ListAudience(),)
