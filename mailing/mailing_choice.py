"""To whom a mailing goes, in words: its audience, the list it is chosen in, and the filters."""

from django.apps import apps
from django.conf import settings
from django.contrib.admin.sites import site as panel
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import changelists
from core.formats import number
from core.models import User
from mailing import audiences
from mailing.audiences import Audience, Wish
from mailing.models import Mailing


def choice(mailing: Mailing, wish: Wish, user: User) -> dict[str, object]:
    """Whom the audience holds, the filters of a list in words, the list, and the edition."""
    chosen = audiences.audience(mailing.audience)
    found: dict[str, object] = {"about": str(chosen.about), "edition": _edition(chosen, wish)}
    picked = [len(value) for value in wish.values() if isinstance(value, list)]
    if picked:
        return found | {"picked": number(sum(picked), user.language)}
    if chosen.panel_model is None:
        return found
    query = str(wish.get("query", ""))
    return found | {
        "list": str(apps.get_model(chosen.panel_model)._meta.verbose_name_plural),
        "filters": _filters(chosen.panel_model, query, user),
        "url": changelists.address_of(chosen.panel_model, query),
    }


def filters_of(mailing: Mailing) -> list[str]:
    """The filters with which its author chose the recipients, before and after it goes (E20)."""
    if "query" not in mailing.wish:
        return []
    try:
        chosen = audiences.audience(mailing.audience)
    except audiences.UnknownAudience:
        return []
    if chosen.panel_model is None:
        return []
    edition = _edition(chosen, mailing.wish)
    found = _filters(chosen.panel_model, str(mailing.wish["query"]), mailing.author)
    words = _("Edition: %(edition)s")
    return [*([words % {"edition": edition}] if edition else []), *found]


def _filters(model: str, query: str, user: User) -> list[str]:
    try:
        return changelists.filter_words(model, query, user=user)
    except changelists.BadFilter:
        return [_("This filter is not known any more.")]


def _edition(chosen: Audience, wish: Wish) -> str:
    """The edition that the mailing is about; of rows of a list, that they are of all editions.

    Where the filter of the list names one, or there is only one, nothing has to be said.
    """
    editions = apps.get_model(settings.PANEL_EDITION_MODEL)._default_manager
    if chosen.is_of_edition:
        return str(editions.filter(pk=wish.get("edition") or 0).first() or "")
    if chosen.panel_model is None:
        return ""
    shown = panel.get_model_admin(apps.get_model(chosen.panel_model))
    is_named = "edition" in QueryDict(str(wish.get("query", "")))
    if is_named or not getattr(shown, "edition_lookup", "") or editions.count() < 2:
        return ""
    return _("all editions; one of them can be chosen with the filter of the list")
