"""What the pages of a mailing show, ready for their templates."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from core import formats, panel
from mailing import audiences, mailing_groups, mailing_lost, mailing_selectors, registry
from mailing.enums import MailingStatus, RecipientState
from mailing.mailing_choice import filters_of
from mailing.mailing_forms import letter_words
from mailing.models import Mailing, MailingRecipient
from mailing.services import again
from mailing.services.mailing_words import is_written, unwritten, words_of

Row = dict[str, object]
MINUTE = timedelta(minutes=1)
TAGS = {
    MailingStatus.DRAFT: "neutral",
    MailingStatus.PROPOSED: "waiting",
    MailingStatus.SCHEDULED: "info",
    MailingStatus.SENDING: "info",
    MailingStatus.PAUSED: "late",
    MailingStatus.FINISHED: "good",
    MailingStatus.STOPPED: "bad",
    MailingStatus.CANCELLED: "neutral",
}
STATE_TAGS = {
    RecipientState.PLANNED: "waiting",
    RecipientState.LEFT_OUT: "neutral",
    RecipientState.WAITING: "info",
    RecipientState.HELD: "late",
    RecipientState.SENT: "good",
    RecipientState.DELIVERED: "good",
    RecipientState.BOUNCED: "bad",
    RecipientState.COMPLAINED: "bad",
    RecipientState.FAILED: "bad",
    RecipientState.UNCLEAR: "late",
    RecipientState.NOT_SENT: "neutral",
}
LEFT = (
    RecipientState.SENT,
    RecipientState.DELIVERED,
    RecipientState.BOUNCED,
    RecipientState.COMPLAINED,
)
TO_COME = (RecipientState.PLANNED, RecipientState.WAITING, RecipientState.HELD)


def language_of_page() -> str:
    """The language in which dates and figures are written."""
    return get_language() or settings.LANGUAGE_CODE


def url(name: str, mailing: Mailing) -> str:
    """A page of this mailing."""
    return reverse(f"admin:mailing_{name}", args=[mailing.pk])


def rows_url(mailing: Mailing, **query: str) -> str:
    """The recipients that a number counts."""
    address = url("rows", mailing)
    return f"{address}?{urlencode(query)}" if query else address


def number(value: int) -> str:
    """A figure as the language of the page writes it."""
    return formats.number(value, language_of_page())


def audience_words(mailing: Mailing) -> str:
    """Whom the audience holds; its name alone when no room lists it any more."""
    try:
        return str(audiences.audience(mailing.audience).label)
    except audiences.UnknownAudience:
        return mailing.audience


def facts(mailing: Mailing) -> list[Row]:
    """What exactly is approved: the letter and its words, when, how fast, with which files."""
    language = language_of_page()
    starts = mailing.starts_at
    when = formats.moment(starts, language) if starts else _("as soon as it is approved")
    return [
        {"label": _("Letter"), "value": letter_words(mailing.letter)},
        {"label": _("Text of the letter"), **_words_fact(mailing)},
        {"label": _("To whom"), "value": audience_words(mailing)} | _filters(mailing),
        {"label": _("Languages"), "value": languages_words(mailing)},
        {"label": _("Not before"), "value": when},
        {"label": _("How fast"), "value": pace_words(mailing)},
        {"label": _("Can be stopped before the first letter"), "value": hold_words(mailing)},
        {"label": _("Attachments"), "lines": file_lines(mailing), "value": _("none")},
        {"label": _("Prepared by"), "value": str(mailing.author)},
        *_approved(mailing),
    ]


def _approved(mailing: Mailing) -> list[Row]:
    if mailing.approved_by is None or mailing.status == MailingStatus.SCHEDULED:
        return []
    return [{"label": _("Approved by"), "value": str(mailing.approved_by)}]


def _filters(mailing: Mailing) -> Row:
    filters = filters_of(mailing)
    return {"lines": [audience_words(mailing), *filters]} if filters else {}


def _words_fact(mailing: Mailing) -> Row:
    if registry.kind(mailing.letter).has_own_words:
        words = words_of(mailing)
        subjects = [words[f"subject_{code}"] for code, _name in settings.LANGUAGES]
        return {"value": next(filter(None, subjects), _("not written yet"))}
    address = reverse("admin:mailing_text_edit", args=[mailing.letter])
    if mailing.is_open_for_changes:
        return {"value": _("the text in force when it is proposed"), "url": address}
    if mailing.text is None:
        return {"value": _("as they came with the application"), "url": address}
    words = _("version %(number)d of the text") % {"number": mailing.text.position}
    return {"value": words, "url": f"{address}?v={mailing.text.position}"}


def languages_words(mailing: Mailing) -> str:
    """How many letters there are in which language, in words."""
    names = dict(settings.LANGUAGES)
    counted = mailing_groups.languages(mailing)
    return ", ".join(f"{gettext(names[code])}: {number(many)}" for code, many in counted) or "–"


def pace_words(mailing: Mailing) -> str:
    """ "At most 120 letters a minute and 3 000 an hour." """
    return _("At most letters a minute: %(minute)s; an hour: %(hour)s.") % {
        "minute": number(mailing.per_minute or settings.MAILING_PER_MINUTE),
        "hour": number(mailing.per_hour or settings.MAILING_PER_HOUR),
    }


def hold_words(mailing: Mailing) -> str:
    """How long nothing leaves after the approval."""
    return minutes_words(mailing.hold_minutes)


def minutes_words(minutes: int) -> str:
    """A number of minutes in words."""
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": number(minutes)}


def file_lines(mailing: Mailing) -> list[str]:
    """Names of the files that go with every letter."""
    return list(mailing.attachments.order_by("pk").values_list("name", flat=True))


def own_words(mailing: Mailing) -> list[Row]:
    """The words of a mailing's own in each language, for whoever approves them."""
    if not registry.kind(mailing.letter).has_own_words:
        return []
    words = words_of(mailing)
    return [
        {
            "code": code,
            "language": gettext(name),
            "subject": words[f"subject_{code}"],
            "body": words[f"body_{code}"],
        }
        for code, name in settings.LANGUAGES
        if is_written(mailing, code)
    ]


def tasks(mailing: Mailing, counts: Mapping[str, int]) -> list[Row]:
    """What belongs to preparing a mailing, each part with its state (E5, E7, E19, E20, P26)."""
    has_words = registry.kind(mailing.letter).has_own_words
    choose = {"label": _("To whom"), "url": url("choose", mailing)}
    rows: list[Row] = [choose | _recipients_state(mailing, counts)]
    if has_words:
        is_done = any(words_of(mailing).values()) and not unwritten(mailing)
        words = {"label": _("Subject and text"), "url": url("words", mailing)}
        rows.append(words | _done(is_done, _("written"), _("not written yet")))
    greeted = {"label": _("Salutations"), "url": url("salutations", mailing)}
    rows += [
        greeted | _done(counts["chosen"] > 0, _("to be looked over"), _("nobody yet"), "info"),
        {"label": _("When and how fast"), "url": url("pace", mailing)}
        | {"label_of_state": _("set"), "kind": "good", "hint": pace_words(mailing)},
        {"label": _("Attachments"), "url": url("files", mailing)}
        | {"label_of_state": number(mailing.attachments.count()), "kind": "neutral"},
    ]
    looked = {"label": _("Five letters as they will arrive, and a test letter")}
    if counts["chosen"]:
        looked["url"] = url("previews", mailing)
    else:
        looked["hint"] = _("As soon as somebody gets the letter.")
    is_seen = bool(mailing.previewed_at and mailing.tested_at)
    return [*rows, looked | _done(is_seen, _("seen and tested"), _("not done yet"))]


def _recipients_state(mailing: Mailing, counts: Mapping[str, int]) -> Row:
    if mailing.worked_out_at is None:
        return {"label_of_state": _("not chosen yet"), "kind": "waiting"}
    many = {"chosen": number(counts["chosen"]), "not": number(counts["all"] - counts["chosen"])}
    words = _("Get the letter: %(chosen)s; do not get it: %(not)s.") % many
    return {"label_of_state": _("chosen"), "kind": "good", "hint": words}


def _done(is_done: bool, yes: str, no: str, kind: str = "good") -> Row:
    return {"label_of_state": yes if is_done else no, "kind": kind if is_done else "waiting"}


def views(mailing: Mailing, counts: Mapping[str, int]) -> list[tuple[str, str, int, str]]:
    """Ways to look at the recipients before the first letter: name, words, number, kind."""
    warned = mailing_groups.rows_shown(mailing, show="warning").count()
    gaps = mailing_groups.rows_shown(mailing, show="gaps").count()
    return [
        ("chosen", _("get the letter"), counts["chosen"], ""),
        ("not", _("do not get it"), counts["all"] - counts["chosen"], ""),
        ("warning", _("with a note"), warned, "late"),
        ("gaps", _("with an empty place"), gaps, "bad"),
    ]


def tiles(mailing: Mailing, counts: Mapping[str, int]) -> list[Row]:
    """Numbers before the first letter: who gets it, who does not, what speaks against it."""
    return [
        _tile(mailing, label, many, show, kind)
        for show, label, many, kind in views(mailing, counts)
        if many or show in ("chosen", "not")
    ]


def result_tiles(mailing: Mailing, counts: Mapping[str, int]) -> list[Row]:
    """Numbers of a mailing under way or ended, by state; states that nobody is in are left out."""
    return [
        _tile(mailing, many_words(mailing, state), counts[state], state, STATE_TAGS[state])
        for state in RecipientState
        if counts[state]
    ]


def state_words(mailing: Mailing, state: RecipientState) -> str:
    """How far a recipient is; what was held waits for its turn once the mailing goes on."""
    is_going = state == RecipientState.HELD and mailing.status == MailingStatus.SENDING
    return _("waits for its turn") if is_going else str(state.label)


def many_words(mailing: Mailing, state: RecipientState) -> str:
    """The same of many letters, beside their number."""
    said = mailing_lost.OF_MANY.get(state)
    return str(said) if said else state_words(mailing, state)


def _tile(mailing: Mailing, label: str, many: int, show: str, kind: str) -> Row:
    loud = kind if kind in ("late", "bad", "good") else ""
    address = rows_url(mailing, show=str(show))
    return {"label": label, "value": number(many), "url": address, "kind": loud}


def progress(mailing: Mailing, counts: Mapping[str, int]) -> Row:
    """How far the letters are: for the bar, and in words."""
    left = sum(counts[state] for state in LEFT)
    to_come = _to_come(counts)
    all_of_them = counts["all"] - counts[RecipientState.LEFT_OUT]
    ended = all_of_them - to_come
    figures = {"left": number(left), "all": number(all_of_them), "rest": number(to_come)}
    words = _("Have left: %(left)s of %(all)s. Still to come: %(rest)s.") % figures
    words = " ".join([words, *mailing_lost.sentence(counts)])
    return {"value": ended, "max": max(all_of_them, 1), "text": words, "to_come": to_come}


def _to_come(counts: Mapping[str, int]) -> int:
    """How many letters have not left yet and still may."""
    return sum(counts[state] for state in TO_COME)


def time_left_words(mailing: Mailing, to_come: int) -> str:
    """At the pace of the mailing, how long the rest takes at least."""
    per_minute = mailing.per_minute or settings.MAILING_PER_MINUTE
    per_hour = mailing.per_hour or settings.MAILING_PER_HOUR
    minutes = max(-(-to_come // per_minute), -(-to_come * 60 // per_hour))
    if mailing.status != MailingStatus.SENDING or not to_come:
        return ""
    return _("At this pace the rest takes at least: %(time)s.") % {"time": minutes_words(minutes)}


def countdown(mailing: Mailing, now: datetime) -> Row:
    """Of an approved mailing: when the first letter leaves, and how long it can be taken back."""
    if mailing.released_at is None:
        return {}
    minutes = max(0, -(-(mailing.released_at - now) // MINUTE))
    when = formats.moment(mailing.released_at, language_of_page())
    words = _("The first letter leaves not before: %(when)s.") % {"when": when}
    return {"words": words, "left": minutes_words(minutes), "is_over": minutes == 0}


def reason_rows(mailing: Mailing) -> list[Row]:
    """Why people do not get the letter; each number opens its rows (E20)."""
    by_hand = gettext("Left out by hand.")
    return [
        {
            "words": gettext(reason) if reason else by_hand,
            "many": number(many),
            "url": rows_url(mailing, show="not", reason=reason)
            if reason
            else rows_url(mailing, show="hand"),
        }
        for reason, many in mailing_groups.reasons(mailing)
    ]


def salutation_rows(mailing: Mailing) -> list[Row]:
    """Every salutation with its language, how many get it, and an example (E19)."""
    names = dict(settings.LANGUAGES)
    return [
        {
            "salutation": one.salutation,
            "code": one.language,
            "language": gettext(names[one.language]),
            "many": number(one.many),
            "example": one.example,
            "url": rows_url(
                mailing, show="chosen", salutation=one.salutation, language=one.language
            ),
        }
        for one in mailing_groups.salutations(mailing)
    ]


def row_of(row: MailingRecipient, *, is_draft: bool) -> Row:
    """One recipient: who, why or why not, how far, and the server's words (E6, E20)."""
    letter = row.letter
    state = RecipientState(row.state)
    return {
        "row": row,
        "state": state_words(row.mailing, state),
        "kind": STATE_TAGS[state],
        "reason": row.why_not_words or row.why_words,
        "note": row.warning_words,
        "error": letter.error if letter is not None else "",
        "about_url": panel.url_of_key(row.about_type_id, row.about_id),
        "letter_url": reverse("admin:mailing_letter_change", args=[letter.pk]) if letter else "",
        "may_leave_out": is_draft and state == RecipientState.PLANNED,
        "may_take_in": is_draft and row.is_left_out_by_hand and not row.why_not,
        "is_chosen": not row.why_not and not row.is_left_out_by_hand,
    }


def rows_filter(mailing: Mailing, chosen: Mapping[str, str]) -> Row:
    """What stands above the recipients: the view in force, the others, and the reasons."""
    is_about_reasons = chosen["show"] in ("", "not") and not chosen["reason"]
    return {
        "chosen": chosen,
        "chips": chips(mailing, mailing_selectors.counts(mailing), chosen),
        "reasons": reason_rows(mailing) if is_about_reasons else [],
    }


def chips(mailing: Mailing, counts: Mapping[str, int], chosen: Mapping[str, str]) -> list[Row]:
    """Views of the recipients with their numbers; an empty one is not offered."""
    search = {"q": chosen["search"]} if chosen["search"] else {}
    offered = [("", _("All"), counts["all"])]
    if mailing.has_ended or mailing.is_under_way:
        offered += [(str(one), many_words(mailing, one), counts[one]) for one in RecipientState]
    else:
        offered += [(show, label, many) for show, label, many, _kind in views(mailing, counts)]
    return [
        {
            "label": label,
            "url": f"?{urlencode({'show': show, **search})}",
            "is_on": chosen["show"] == show and not chosen["reason"] and not chosen["salutation"],
            "count": number(many),
        }
        for show, label, many in offered
        if many or not show or chosen["show"] == show
    ]


def under_way(mailing: Mailing, counts: Mapping[str, int], now: datetime) -> Row:
    """What the page of a mailing that has begun shows: progress, results, what can be tried."""
    paused = mailing.paused_at
    return {
        "progress": progress(mailing, counts),
        "time_left": time_left_words(mailing, _to_come(counts)),
        "tiles": result_tiles(mailing, counts),
        "to_try_again": again.how_many(mailing, now=now),
        "lost": mailing_lost.words(mailing, counts),
        "paused": formats.moment(paused, language_of_page()) if paused else "",
        "has_newer_words": mailing_selectors.has_newer_words(mailing),
    }
