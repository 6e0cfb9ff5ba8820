"""Keeping what is typed into the survey: nothing is lost, whoever else has the page open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from psycopg2.extras import Json

from applications import survey_merge, survey_plan
from applications.models import HostInvitation, HostSurvey, SurveyReturn
from applications.services.host_returns import only_returned
from applications.services.host_surveys import (
    SurveyClosed,
    SurveyLocked,
    begin_however_late,
    closing_that_counts,
    locked,
)
from applications.services.late_drafts import keep_late, last_written, latest_answers, take_in
from applications.survey_plan import PAGES, Page
from core import audit
from core.prepared import Statement


class BegunByColleague(Exception):
    """Somebody with another invitation was faster by a moment; their answers are not shown."""


class BegunElsewhere(Exception):
    """Another browser with the same link was faster by a moment; this one must prove who it is."""


# Every saving of a page does this, and nothing else to the survey.
_PUT = Statement(
    "draft_answers",
    """
    UPDATE applications_hostsurvey
    SET draft_answers = %(after)s::jsonb, saved_at = %(now)s::timestamptz
    WHERE id = %(pk)s::bigint AND status = %(status)s::text
      AND draft_answers = %(before)s::jsonb
    RETURNING id
    """,
    *("pk", "status", "before", "after", "now"),
)


@dataclass(frozen=True)
class Saved:
    """The survey after saving; what two people changed differently; what the page now knows."""

    survey: HostSurvey
    clashes: Mapping[str, tuple[Any, Any]]
    seen: Mapping[str, str]


def save_typed(
    target: HostSurvey | HostInvitation,
    *,
    page: Page,
    answers: Mapping[str, object],
    seen: Mapping[str, str],
    now: datetime,
    pages: Sequence[Page] = PAGES,
    is_leaving: bool = True,
    is_known_open: bool = False,
    browser: str = "",
) -> Saved:
    """Keep the valid answers of one page behind a personal link, field by field (A24, FT-18).

    `target` is the survey as the page read it, or the invitation whose first answer begins it.
    `seen` are fingerprints of what the page showed (`survey_merge.seen_of`), `pages` those of the
    edition. While one types (`is_leaving` false) answers that a half-made choice would hide stay,
    and no line is written into the audit trail: the deed is leaving the page. `is_known_open`: the
    page has just read that answers may change and that nothing came late. `browser` marks one that
    was let in by the address of the letter alone.
    Raises `BegunByColleague`, `BegunElsewhere`, `SurveyLocked`, `SurveyClosed` (what came too late
    is kept, FT-21).
    """
    put = _Put(page, answers, seen, now, pages, is_leaving)
    with transaction.atomic():
        saved = None
        if isinstance(target, HostSurvey):
            survey = target
            if is_known_open:
                saved = put.at_once(survey)
        elif is_known_open:
            survey, saved = put.first(target, browser)
        else:
            survey = _begun(target, now, browser)
        if saved is None:
            saved = put.in_turn(survey)
        if saved is not None and is_leaving:
            put.note(saved.survey)
    if saved is None:
        raise SurveyClosed(target.edition)
    return saved


def save_returned(
    survey: HostSurvey,
    *,
    page: Page,
    answers: Mapping[str, object],
    seen: Mapping[str, str],
    pages: Sequence[Page] = PAGES,
) -> Saved:
    """As `save_typed()`, leaving a page of a returned survey: only what is open changes (A16).

    By the clock of the database, which is read while the survey is held.
    Raises `SurveyLocked`, `SurveyClosed` (what came too late is kept, FT-21).
    """
    with transaction.atomic():
        fresh = locked(survey)
        put = _Put(page, answers, seen, fresh.read_at, pages, is_leaving=True)
        closing = closing_that_counts(fresh, fresh.read_at)
        saved = (
            put.in_turn(fresh)  # the return was taken back while the page was being filled in
            if closing.survey_return is None
            else put.returned(fresh, closing.survey_return, is_late=closing.is_shut(fresh.read_at))
        )
        if saved is not None:
            put.note(saved.survey)
    if saved is None:
        raise SurveyClosed(survey.edition)
    survey.draft_answers, survey.saved_at = saved.survey.draft_answers, saved.survey.saved_at
    return saved


def _begun(
    invitation: HostInvitation,
    now: datetime,
    browser: str,
    answers: Mapping[str, Any] | None = None,
) -> HostSurvey:
    survey = begin_however_late(invitation, now=now, begun_in=browser, draft_answers=answers)
    if survey.invitation_id != invitation.pk:
        raise BegunByColleague(survey)
    if survey.begun_in != browser:
        raise BegunElsewhere(survey)
    return survey


@dataclass(frozen=True)
class _Put:
    """Answers of one page on their way into the draft."""

    page: Page
    answers: Mapping[str, object]
    seen: Mapping[str, str]
    now: datetime
    pages: Sequence[Page]
    is_leaving: bool

    def first(self, invitation: HostInvitation, browser: str) -> tuple[HostSurvey, Saved | None]:
        """Begin the survey with these answers; None for the second when it was begun already.

        What is begun here is known to nobody else, and open as the page has read it.
        """
        merged, after = self._over({})
        survey = _begun(invitation, self.now, browser, after)
        is_ours = survey.started_at == self.now
        return survey, Saved(survey, merged.clashes, merged.seen) if is_ours else None

    def at_once(self, survey: HostSurvey) -> Saved | None:
        """One UPDATE in place of what the page read; None when somebody else wrote in between."""
        merged, after = self._over(survey.draft_answers)
        is_put = _PUT.rows(
            pk=survey.pk,
            status=survey.status,
            before=Json(survey.draft_answers),
            after=Json(after),
            now=self.now,
        )
        if not is_put:
            return None
        survey.draft_answers, survey.saved_at = after, self.now
        return Saved(survey, merged.clashes, merged.seen)

    def in_turn(self, survey: HostSurvey) -> Saved | None:
        """Holding the row; None when it came too late and is kept beside the survey."""
        fresh = locked(survey)
        closing = closing_that_counts(fresh, self.now)
        if closing.survey_return is not None:
            raise SurveyLocked(fresh)  # returned meanwhile; its own pages keep to what is open
        if closing.is_shut(self.now):
            keep_late(fresh, answers=self._typed_over(last_written(fresh)), now=self.now)
            return None
        take_in(fresh, now=self.now)
        return self.at_once(fresh)

    def returned(
        self, fresh: HostSurvey, survey_return: SurveyReturn, *, is_late: bool
    ) -> Saved | None:
        """Holding the row of a returned survey; None as for `in_turn()`."""
        stored = latest_answers(fresh)
        if is_late:
            written = only_returned(fresh, survey_return, self._typed_over(stored), self.pages)
            keep_late(fresh, answers=written, now=self.now)
            return None
        take_in(fresh, now=self.now)
        merged, after = self._over(stored)
        fresh.draft_answers = only_returned(fresh, survey_return, after, self.pages)
        fresh.saved_at = self.now
        fresh.save(update_fields=["draft_answers", "saved_at"])
        return Saved(fresh, merged.clashes, merged.seen)

    def note(self, survey: HostSurvey) -> None:
        """The line in the audit trail."""
        audit.record(
            action="applications.hostsurvey.saved",
            target=survey,
            now=self.now,
            page=self.page.slug,
        )

    def _typed_over(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Nobody can be asked to choose any more: what was typed last stays (FT-21)."""
        merged, _after = self._over(stored)
        mine = {key: own for key, (own, _theirs) in merged.clashes.items()}
        return survey_plan.merge(
            stored,
            self.page,
            {**merged.kept, **mine},
            self.pages,
            keeps_hidden=not self.is_leaving,
        )

    def _over(self, stored: Mapping[str, Any]) -> tuple[survey_merge.Merged, dict[str, Any]]:
        theirs = survey_merge.given(self.page, stored)
        merged = survey_merge.merge(self.answers, theirs, self.seen, confirms=self.is_leaving)
        after = survey_plan.merge(
            stored, self.page, merged.kept, self.pages, keeps_hidden=not self.is_leaving
        )
        return merged, after
