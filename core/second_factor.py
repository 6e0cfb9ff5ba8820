"""The second factor of staff: a code from the phone, or one of ten recovery codes (SEC-2)."""

import base64
import hashlib
import io
import secrets

import segno
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit
from core.models import User

RECOVERY_CODES = 10
DEVICE_NAME = "phone"
RECOVERY_NAME = "recovery codes"


def phone_of(user: User) -> TOTPDevice | None:
    """The confirmed phone of a person, if there is one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def phone_being_set_up(user: User) -> TOTPDevice | None:
    """The phone whose code has not been confirmed yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()


@transaction.atomic
def start_setup(user: User) -> TOTPDevice:
    """Draw the secret for a phone; the same one until it is confirmed."""
    User.objects.select_for_update().get(pk=user.pk)
    waiting = phone_being_set_up(user)
    return waiting or TOTPDevice.objects.create(user=user, name=DEVICE_NAME, confirmed=False)


@transaction.atomic
def confirm_phone(user: User, *, code: str) -> TOTPDevice | None:
    """Accept the phone when it shows the right code; None when the code is wrong.

    Somebody who has a confirmed phone cannot add another this way.
    """
    User.objects.select_for_update().get(pk=user.pk)
    phone = phone_being_set_up(user)
    if phone is None or phone_of(user) is not None or not phone.verify_token(code):
        return None
    phone.confirmed = True
    phone.save(update_fields=["confirmed"])
    audit.record(action="core.user.second_factor_set_up", target=user, actor=user)
    return phone


@transaction.atomic
def check(user: User, *, code: str) -> TOTPDevice | StaticDevice | None:
    """The device that accepts this code, or None. Every code is accepted once."""
    phones = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True)
    for phone in phones.order_by("pk"):
        if phone.verify_token(code):
            return phone
    recovery = StaticDevice.objects.select_for_update().filter(user=user).order_by("pk").first()
    if recovery is not None and recovery.verify_token(_stored(code)):
        audit.record(action="core.user.recovery_code_used", target=user, actor=user)
        return recovery
    return None


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten new codes to be shown once; the old ones die. Only hashes of them are stored."""
    device = StaticDevice.objects.get_or_create(user=user, name=RECOVERY_NAME)[0]
    device.token_set.all().delete()
    codes = [_draw_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_stored(code)) for code in codes
    )
    audit.record(action="core.user.recovery_codes_made", target=user, actor=user)
    return [f"{code[:5]}-{code[5:10]}-{code[10:]}" for code in codes]


@transaction.atomic
def reset(user: User, *, actor: User) -> None:
    """Forget phone and codes, so that the person sets them up anew. Never one's own."""
    if user.pk == actor.pk:
        raise PermissionError("nobody resets their own second factor")
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    audit.record(action="core.user.second_factor_reset", target=user, actor=actor)


def qr_code(phone: TOTPDevice) -> SafeString:
    """The phone's secret as an inline SVG drawing."""
    drawing = io.BytesIO()
    segno.make(phone.config_url, error="m").save(
        drawing, kind="svg", scale=5, border=4, light="#ffffff", xmldecl=False, nl=False
    )
    return mark_safe(drawing.getvalue().decode())  # noqa: S308 - drawn by us, holds no typed text


def secret_text(phone: TOTPDevice) -> str:
    """The phone's secret in letters, in groups of four, for typing."""
    letters = base64.b32encode(phone.bin_key).decode().rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _draw_code() -> str:
    return base64.b32encode(secrets.token_bytes(10)).decode()[:15].lower()


def _stored(code: str) -> str:
    spread = hashlib.sha256(f"win4ua.recovery:{code.lower()}".encode()).digest()
    return base64.b32encode(spread).decode()[:16].lower()
