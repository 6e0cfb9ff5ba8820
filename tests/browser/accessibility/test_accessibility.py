"""Every public page and state in a real browser: axe and W01 to W27 find nothing.

Without more, each group is seen in one language; `make looks` takes all languages and screens.
"""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.accessibility import states_host, states_other, states_rare

pytestmark = pytest.mark.django_db(transaction=True)
GROUPS = {
    states_host.site: "pl",
    states_host.doors: "uk",
    states_host.survey_door: "pl",
    states_host.survey_pages: "pl",
    states_host.survey_errors: "pl",
    states_host.survey_states: "pl",
    states_host.named_people: "pl",
    states_rare.survey_people: "pl",
    states_rare.survey_returned: "pl",
    states_rare.survey_late: "uk",
    states_rare.survey_two_windows: "pl",
    states_rare.survey_added_questions: "uk",
    states_rare.survey_crowd: "pl",
    states_host.sessions: "pl",
    states_host.declarations: "pl",
    states_other.candidate_doors: "uk",
    states_other.candidate_pages: "uk",
    states_other.evaluators: "pl",
    states_other.pairs: "en",
    states_other.phone: "uk",
    states_other.projects: "uk",
    states_other.project_evaluators: "pl",
}
# Addresses that show no page of their own, each with its reason.
NO_PAGE = {
    "healthz": "JSON for machines",
    "sign_out": "takes a POST and leads on",
    "robots": "text for machines",
    "sitemap": "XML for machines",
    "favicon": "a file",
    "programme:sign": "a file",
    "programme:file": "a file",
    "applications:survey_blank": "a file",
    "applications:survey_pdf": "a file",
    "applications:survey_autosave": "takes a POST, answers with JSON",
    "applications:end_colleague": "takes a POST and leads on",
    "applications:gmina_suggestions": "JSON for the search",
    "applications:intern_hromadas": "JSON for the search",
    "applications:survey_send_code": "takes a POST and leads on",
    "applications:intern_code": "takes a POST and leads on",
    "applications:intern_autosave": "takes a POST, answers with JSON",
    "applications:evaluation_recuse": "takes a POST; its form stands on the declaration",
    "matching:feed_mentor": "a calendar file",
    "matching:feed_intern": "a calendar file",
    "matching:week_feed": "takes a POST, shows the address of the feed once",
    "matching:week_remove": "takes a POST and leads on",
    "matching:week_comment": "takes a POST; its form stands on the day",
    "matching:arrived": "takes a POST and leads on",
    "matching:diary_confirm": "takes a POST and leads on",
    "matching:certificate": "a file",
    "grants:remove_line": "takes a POST and leads on",
    "grants:remove_document": "takes a POST and leads on",
    "grants:agreement": "a file",
    "grants:impartial": "takes a POST and leads on",
    "grants:recuse": "takes a POST; its form stands on the declaration",
}


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_pages_are_open_to_everybody(world, visit, group):
    """W01-W06, W09, W11-W13, W16, W18, W19, W22, W24, W27, P5: nobody is kept out."""
    visitor = visit(GROUPS[group])

    group(world, visitor)

    assert visitor.states > 0
    if visitor.faults:
        pytest.fail("\n".join(visitor.faults), pytrace=False)
    assert sorted(visitor.views) == sorted(group.views), "what @visits says is not what was seen"


def public_views(patterns=None, prefix: str = "") -> set[str]:
    """Names of all addresses outside the panel."""
    found: set[str] = set()
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(each, URLResolver):
            if str(each.pattern) == "admin/":
                continue
            inner = f"{prefix}{each.namespace}:" if each.namespace else prefix
            found |= public_views(each.url_patterns, inner)
        elif isinstance(each, URLPattern) and each.name:
            found.add(f"{prefix}{each.name}")
    # `sign_in` and its like are known by a second, shorter name as well.
    return {
        name
        for name in found
        if f"mailing:{name}" not in found and not name.endswith("_webhook")  # of mail providers
    }


def test_every_public_page_has_a_state():
    """A new address needs a state here, or a reason why it shows no page.

    What the groups say of themselves is compared, so that this holds however the tests are shared
    out; that each says the truth is asserted above.
    """
    seen = set().union(*(group.views for group in GROUPS))

    missing = public_views() - seen - {*NO_PAGE}

    assert sorted(missing) == []
    assert sorted({*NO_PAGE} - public_views()) == []
    assert sorted({*NO_PAGE} & seen) == []


def test_every_group_of_states_is_looked_at():
    """A group that is written and not listed would be looked at by nobody."""
    written = {
        each
        for module in (states_host, states_other, states_rare)
        for each in vars(module).values()
        if hasattr(each, "views")
    }

    assert {each.__name__ for each in written ^ {*GROUPS}} == set()
