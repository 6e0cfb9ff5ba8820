"""Compiles every template of ours, so that a wrong tag is found before a person opens the page."""

import sys

import django
from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template


def main() -> int:
    django.setup()
    failed = False
    top = settings.BASE_DIR / "templates"
    for path in sorted(top.rglob("*.html")):
        try:
            get_template(str(path.relative_to(top)))
        except (TemplateSyntaxError, TemplateDoesNotExist) as error:
            failed = True
            print(f"{path.relative_to(settings.BASE_DIR)}: {error}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
