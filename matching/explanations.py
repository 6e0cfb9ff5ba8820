"""Two lines that tell both sides why this pair, made from the data (M17)."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.engine.contradictions import Contradiction
from matching.engine.criteria import PairScore
from matching.pool import Pool
from programme.models import Theme

CRITERIA = {
    "partnership": gettext_lazy("existing partnership"),
    "themes": gettext_lazy("topics"),
    "size": gettext_lazy("similar size"),
    "kind": gettext_lazy("similar kind of municipality"),
    "mentor_field": gettext_lazy("field of the mentor"),
    "language": gettext_lazy("common language"),
    "dates": gettext_lazy("dates"),
    "record": gettext_lazy("spread of benefits"),
    "preference": gettext_lazy("wishes about the region"),
}

COMPROMISES = {
    "themes": gettext_lazy("the topics overlap only in part"),
    "size": gettext_lazy("the two municipalities differ in size"),
    "kind": gettext_lazy("the two municipalities are of different kinds"),
    "mentor_field": gettext_lazy("the mentor works in another field"),
    "language": gettext_lazy("a common language at level B1 was not declared"),
    "preference": gettext_lazy("the wish about the region could not be met"),
}

LIMITS = {
    "no_host_fits": gettext_lazy("no host fits: the dates or the needs do not match"),
    "all_hosts_banned": gettext_lazy("every host is forbidden by a rule"),
    "places": gettext_lazy("all places of the edition are taken"),
    "hosts_full": gettext_lazy("the hosts that fit have no place left"),
}

REFUSALS = {
    "not_in_pool": gettext_lazy("This host or this intern is not in the pool."),
    "hard_rule": gettext_lazy("The dates or the needs of the two sides do not match."),
    "banned": gettext_lazy("This pair is forbidden by a rule, or one side has declined it."),
    "intern_taken": gettext_lazy("This intern already has a host in this version."),
    "host_full": gettext_lazy("This host has no place left."),
    "places": gettext_lazy("All places of the edition are taken."),
}

CONTRADICTIONS = {
    "pin_forbidden": gettext_lazy("A pair is pinned and forbidden at once."),
    "pin_not_allowed": gettext_lazy("A pinned pair breaks a hard rule: dates or needs."),
    "intern_pinned_twice": gettext_lazy("One intern is pinned to more than one host."),
    "host_capacity": gettext_lazy("More interns are pinned to one host than it can take."),
    "places": gettext_lazy("More pairs are pinned than there are places."),
}


def explain(score: PairScore, themes: dict[str, Theme], *, language: str) -> str:
    """What the pair shares, and its one compromise; `themes` maps a code to the theme.

    A criterion about which one side said nothing is no compromise, and neither is the lack of an
    earlier partnership.
    """
    with translation.override(language):
        sentences = [_reason(score, themes, language)]
        lost = [
            row
            for row in score.criteria
            if row.code in COMPROMISES and row.is_known and row.points < row.most
        ]
        if lost:
            worst = max(lost, key=lambda row: (row.most - row.points, row.code))
            sentences.append(_("A compromise: %(reason)s.") % {"reason": COMPROMISES[worst.code]})
    return " ".join(sentences)


def _reason(score: PairScore, themes: dict[str, Theme], language: str) -> str:
    facts = [code for row in score.criteria if row.code == "themes" for code in row.facts]
    shared = [getattr(themes[code], f"name_{language}") for code in facts if code in themes]
    if shared:
        return _("Shared topics: %(topics)s.") % {"topics": "; ".join(shared)}
    best = max(score.criteria, key=lambda row: (row.points, row.code))
    return _("What speaks most for this pair: %(reason)s.") % {"reason": CRITERIA[best.code]}


def contradiction_in_words(contradiction: Contradiction, pool: Pool) -> str:
    """What clashes, with the names of the pairs (M3)."""
    pairs = "; ".join(
        f"{pool.declarations[host].survey.gmina.name} – {pool.applications[intern]}"
        for host, intern in contradiction.pairs
    )
    return f"{CONTRADICTIONS[contradiction.reason]} {pairs}"
