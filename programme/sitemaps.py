"""The map of the site for search engines: public pages in three languages."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

PUBLIC_PAGES = (
    "programme:home",
    "programme:questions",
    "programme:documents",
    "applications:survey_door",
    "applications:intern_start",
    "programme:privacy",
    "programme:accessibility",
)


class SiteMap(Sitemap):
    """Every public page with its other languages."""

    i18n = True
    alternates = True
    x_default = True

    def items(self) -> tuple[str, ...]:
        """Names of the pages."""
        return PUBLIC_PAGES

    def location(self, item: str) -> str:
        """The address in the language that is being listed."""
        return reverse(item)
