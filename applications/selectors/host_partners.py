"""Partner hromadas that stand in no register: which surveys name them, and what was found."""

from dataclasses import dataclass

from django.db.models import BooleanField, Func

from applications.models import HostSurvey, PartnerMatch
from applications.survey_plan import UNLISTED, as_list
from programme.models import Edition


class NamesUnlisted(Func):
    """Whether a JSON of answers holds a partner that was typed."""

    function = "jsonb_path_exists"
    template = f"%(function)s(%(expressions)s, '$.partnerzy[*].{UNLISTED}')"
    output_field = BooleanField()


@dataclass(frozen=True)
class UnlistedPartner:
    """One typed partner: the n-th of its survey, and the hromada that staff found, if they did."""

    survey: HostSurvey
    place: int
    typed: str
    match: PartnerMatch | None


def unlisted_of(survey: HostSurvey) -> list[UnlistedPartner]:
    """The partners of one survey, as last sent, that were typed."""
    partners = as_list(survey.answers.get("partnerzy"))
    typed = {place: str(each.get(UNLISTED) or "") for place, each in enumerate(partners, 1)}
    if not any(typed.values()):
        return []
    found = {match.typed: match for match in survey.partner_matches.all()}
    return [
        UnlistedPartner(survey, place, text, found.get(text))
        for place, text in typed.items()
        if text
    ]


def unlisted_partners(edition: Edition) -> list[UnlistedPartner]:
    """Those of all surveys that count; who still waits to be found stands first."""
    surveys = (
        HostSurvey.objects.of_edition(edition)
        .sent()
        .filter(NamesUnlisted("answers"))
        .for_table()
        .prefetch_related("partner_matches__hromada", "partner_matches__matched_by")
        .order_by("gmina__sort_key", "pk")
    )
    rows = [each for survey in surveys for each in unlisted_of(survey)]
    return sorted(rows, key=lambda each: each.match is not None)
