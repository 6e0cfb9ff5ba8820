"""Organisations and the people we write to."""

from typing import Any

from django.db import transaction

from core import audit
from core.models import User
from programme.enums import ContactRole
from programme.models import Contact, Gmina, Hromada, Organisation


@transaction.atomic
def organisation_for_gmina(gmina: Gmina) -> Organisation:
    """The office of a gmina; made with the name of the gmina when nobody has written it yet."""
    organisation, _created = Organisation.objects.get_or_create(
        gmina=gmina, defaults={"name": gmina.name}
    )
    return organisation


@transaction.atomic
def organisation_for_hromada(hromada: Hromada) -> Organisation:
    """The body of a hromada; made with the name of the hromada at first."""
    organisation, _created = Organisation.objects.get_or_create(
        hromada=hromada, defaults={"name": hromada.name}
    )
    return organisation


@transaction.atomic
def save_contact(
    organisation: Organisation,
    *,
    role: str,
    first_name: str,
    last_name: str,
    email: str = "",
    actor: User | None = None,
    **fields: Any,
) -> Contact:
    """Write down a person of an organisation; the same person in the same role is updated.

    A head replaces the head before, who stays on file as no longer in use. `fields` are other
    fields of `Contact` (title, grammatical_gender, position, phone, language, patronymic).
    Raises `ValidationError` for a value that cannot be right.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = Contact.objects.filter(organisation=organisation, role=role, is_active=True)
    same = known.filter(first_name=first_name, last_name=last_name, email__iexact=email)
    contact = same.order_by("-pk").first()
    if contact is None:
        if role == ContactRole.HEAD:
            known.update(is_active=False)
        contact = Contact(
            organisation=organisation,
            role=role,
            first_name=first_name,
            last_name=last_name,
            language="pl" if organisation.is_polish else "uk",
        )
    contact.email = email
    for field, value in fields.items():
        setattr(contact, field, value)
    contact.full_clean()
    contact.save()
    audit.record(action="programme.contact.saved", target=contact, actor=actor, role=role)
    return contact
