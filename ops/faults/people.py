"""Offices with a survey in hand, and browsers that may open it. Needs Django set up."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ops.bench.journey import TYPED
from ops.bench.servers import Servers
from ops.bench.stage import Office, offices
from ops.visitor import Visitor

SURE: Mapping[str, object] = {
    "ludnosc": 12_000,
    "kontakt_tel": "+48426123456",
    "tytul_kierownika": "wojt",
    "forma": "f",
    "gotowosc_partnerstwa": "tak",
    "gotowosc_projekt": "rozwazymy",
    "liczba_stazystow": 1,
    "stanowisko_pracy": "tak",
    "nocleg": "oferta",
    "dostepnosc": "czesciowa",
}


def ready_to_send(number: int) -> list[tuple[Office, int]]:
    """So many offices whose drafts lack nothing; with each the key of its link."""
    from applications.models import HostInvitation
    from applications.services.host_surveys import open_survey
    from core.links import digest
    from core.models import CapabilityLink
    from programme.models import Gmina

    now = timezone.now()
    found = []
    for office in offices(number):
        invitation = HostInvitation.objects.get(email=office.email)
        window = invitation.edition.windows.order_by("pk").first()
        answers = {
            **TYPED,
            **SURE,
            "kontakt_email": office.email,
            "terminy": [window.code if window else "do_uzgodnienia"],
        }
        with transaction.atomic():
            survey = open_survey(
                invitation.edition,
                gmina=Gmina.objects.get(teryt=office.teryt),
                email=office.email,
                now=now,
                invitation=invitation,
            )
            type(survey).objects.filter(pk=survey.pk).update(draft_answers=answers)
        token = office.path.rstrip("/").rsplit("/", 1)[-1]
        link = CapabilityLink.objects.get(token_digest=digest("survey", token))
        found.append((office, link.pk))
    return found


def trusted(servers: Servers, *links: int) -> Visitor:
    """A browser that has proved who sits before it."""
    from core.links import SESSION_KEY
    from core.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = list(links)
    session.save()
    visitor = servers.visitor()
    visitor.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return visitor


def at_the_desk(servers: Servers, *, email: str = "biurko@fsm.example", role: str = "") -> Visitor:
    """The browser of a coordinator, or of another of the staff, signed in with both factors."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from core import roles
    from core.models import User
    from core.sessions import SessionStore

    roles.sync_permissions()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    roles.grant_role(user, role or roles.COORDINATOR)
    user.refresh_from_db()
    device = TOTPDevice.objects.get_or_create(user=user, name="telefon", confirmed=True)[0]
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session["staff_began_at"] = session["staff_seen_at"] = timezone.now().timestamp()
    session.save()
    visitor = servers.visitor()
    visitor.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return visitor
