"""By which way municipalities came to the survey (A19)."""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from applications.enums import Entrance
from applications.models import HostSurvey
from applications.selectors.host import surveys_seen_by
from core.models import User
from programme.models import Edition

SHARED = (Entrance.ZMP, Entrance.ZGWRP)


def entrance_rows(edition: Edition, user: User) -> list[dict[str, object]]:
    """One row an entrance: its name, how many surveys this person may see, and their list.

    Possible duplicates are not counted (A13).
    """
    seen = surveys_seen_by(user, HostSurvey.objects.of_edition(edition))
    seen = seen.filter(duplicate_of__isnull=True)
    counted = dict(seen.order_by().values_list("entrance").annotate(number=Count("pk")))
    address = reverse("admin:applications_hostsurvey_changelist")
    wanted = {"edition": edition.year, "duplicate_of__isnull": True}
    return [
        {
            "label": entrance.label,
            "value": counted.get(entrance.value, 0),
            "url": f"{address}?{urlencode(wanted | {'entrance__exact': entrance})}",
        }
        for entrance in Entrance
    ]


def shared_links() -> list[dict[str, str]]:
    """Addresses that the unions put on their (Polish) pages and into their letters."""
    with translation.override("pl"):
        home, survey = reverse("programme:home"), reverse("applications:survey_door")
    return [
        {
            "id": f"link-{entrance.value}-{name}",
            "label": label % {"who": entrance.label},
            "url": f"{settings.SITE_URL}{path}?z={entrance.value}",
        }
        for entrance in SHARED
        for name, path, label in (
            ("survey", survey, _("Survey, for the pages of: %(who)s")),
            ("home", home, _("Programme page, for the pages of: %(who)s")),
        )
    ]
