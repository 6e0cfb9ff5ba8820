"""What a broken limit says to a person (G1)."""

from django.utils.translation import gettext as _

from grants.rules import Breach


def sentence(breach: Breach) -> str:
    """One sentence: what the limit is, what stands there, and in which line."""
    values = {"limit": breach.limit, "actual": breach.actual, "line": breach.line}
    sentences = {
        "no_lines": _("The budget has no line yet. Please add at least one."),
        "grant_above_line": _(
            "Line %(line)s: the part from the grant is %(actual)s, and the line comes to %(limit)s."
        ),
        "grant_too_small": _("The grant has to be at least %(limit)s; it is %(actual)s."),
        "grant_too_large": _("The grant can be at most %(limit)s; it is %(actual)s."),
        "own_too_small": _(
            "The own contribution is smaller than the call asks for (in per cent of the whole: at "
            "least %(limit)s, there is %(actual)s)."
        ),
        "own_too_large": _("The own contribution is larger than the call allows."),
        "category_too_large": _(
            "Line %(line)s: its category is larger than the call allows (in per cent of the whole: "
            "at most %(limit)s, there is %(actual)s)."
        ),
        "period": _("The project has to lie within this period: %(limit)s."),
    }
    return sentences[breach.code] % values
