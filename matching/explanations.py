"""Two lines that tell both sides why this pair, made from the data (M17)."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.engine.criteria import PairScore
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

LIMITS = {
    "no_host_fits": gettext_lazy("no host fits: dates or needs do not meet"),
    "all_hosts_banned": gettext_lazy("every host is forbidden by a rule"),
    "places": gettext_lazy("all places of the edition are taken"),
    "hosts_full": gettext_lazy("the hosts that fit have no place left"),
}


def explain(score: PairScore, themes: dict[str, Theme], *, language: str) -> str:
    """What the pair shares, and its one compromise; `themes` maps a code to the theme."""
    with translation.override(language):
        shared = [
            getattr(themes[code], f"name_{language}")
            for row in score.criteria
            if row.code == "themes"
            for code in row.facts
            if code in themes
        ]
        best = max(score.criteria, key=lambda row: (row.points, row.code))
        worst = min(score.criteria, key=lambda row: (row.points - row.most, row.code))
        if shared:
            first = _("Shared topics: %(topics)s.") % {"topics": "; ".join(shared)}
        else:
            first = _("What speaks most for this pair: %(reason)s.") % {
                "reason": CRITERIA[best.code]
            }
        second = _("A compromise: %(reason)s.") % {"reason": CRITERIA[worst.code]}
    return f"{first} {second}"
