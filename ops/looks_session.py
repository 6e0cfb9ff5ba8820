"""Makes a link to a survey and a session trusted with it; prints a page and the cookie."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "win4ua.settings.looks")
django.setup()


def main() -> None:
    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser
    from django.db import transaction
    from django.test import RequestFactory
    from django.urls import reverse
    from django.utils import timezone, translation

    from applications.models import HostSurvey
    from core import links
    from core.sessions import SessionStore

    now = timezone.now()
    open_states = (HostSurvey.Status.DRAFT, HostSurvey.Status.SUBMITTED)
    survey = HostSurvey.objects.filter(status__in=open_states).earliest("pk")
    with transaction.atomic():
        token = links.create(
            purpose="survey", target=survey, email=survey.email, expires_at=None, now=now
        )
    request = RequestFactory().post("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    links.trust(request, links.resolve(purpose="survey", token=token, now=now))
    request.session.save()
    with translation.override("pl"):
        page = reverse("applications:survey_page", args=[token, "gmina"])
    print(page, f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}")


if __name__ == "__main__":
    main()
