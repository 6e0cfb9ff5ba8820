"""Organisations and the people we write to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

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


@dataclass(frozen=True)
class Person:
    """Somebody of an organisation, as typed.

    `email` None: the address on file of the person of this name stays. `fields` are other fields
    of `Contact` (title, grammatical_gender, position, phone, language, patronymic).
    """

    role: str
    first_name: str
    last_name: str
    email: str | None = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    def is_on_file_as(self, contact: Contact) -> bool:
        """The same role, name and address; an address is the same in capitals."""
        names = (contact.role, contact.first_name, contact.last_name)
        return names == (self.role, self.first_name, self.last_name) and (
            self.email is None or contact.email.lower() == self.email.lower()
        )

    def contact_of(self, organisation: Organisation) -> Contact:
        """A contact as typed, not written yet. Raises `ValidationError`.

        What a row alone cannot tell is for the constraints of PostgreSQL; `save_contacts()` says
        it in their words.
        """
        contact = Contact(
            organisation=organisation,
            role=self.role,
            first_name=self.first_name,
            last_name=self.last_name,
            email=self.email or "",
            **{"language": "pl" if organisation.is_polish else "uk", **self.fields},
        )
        contact.clean_fields(exclude=["organisation"])
        return contact

    def changed(self, known: Contact, typed: Contact) -> Contact:
        """The contact on file with what was typed."""
        for name in (*(() if self.email is None else ("email",)), *self.fields):
            setattr(known, name, getattr(typed, name))
        return known


def save_contact(
    organisation: Organisation,
    *,
    role: str,
    first_name: str,
    last_name: str,
    email: str | None = "",
    actor: User | None = None,
    **fields: Any,
) -> Contact:
    """As `save_contacts()`, of one person."""
    person = Person(role, first_name, last_name, email, fields)
    return save_contacts(organisation, [person], actor=actor)[0]


def save_contacts(
    organisation: Organisation, people: Sequence[Person], *, actor: User | None = None
) -> list[Contact]:
    """Write down people of an organisation; the same person in the same role is updated.

    A head replaces the head before, who stays on file as no longer in use. Returns the contacts in
    the order of `people`. Raises `ValidationError` for a value that cannot be right, and for what a
    constraint refuses, for example a second head; the caller's transaction is over then.
    """
    typed = [person.contact_of(organisation) for person in people]
    try:
        with transaction.atomic(savepoint=False):
            return _write_down(organisation, people, typed, actor)
    except IntegrityError as error:
        raise _in_words(error) from error


def _write_down(
    organisation: Organisation,
    people: Sequence[Person],
    typed: Sequence[Contact],
    actor: User | None,
) -> list[Contact]:
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = list(
        Contact.objects.filter(
            organisation=organisation, role__in={each.role for each in people}, is_active=True
        ).order_by("-pk")
    )
    contacts = [
        next(
            (person.changed(on_file, new) for on_file in known if person.is_on_file_as(on_file)),
            new,
        )
        for person, new in zip(people, typed, strict=True)
    ]
    _keep(contacts, known)
    audit.record_each(
        [(contact, {"role": contact.role}) for contact in contacts],
        action="programme.contact.saved",
        actor=actor,
    )
    return contacts


def _in_words(error: IntegrityError) -> Exception:
    """The sentence of the constraint of `Contact` that PostgreSQL named; else the error itself."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for constraint in Contact._meta.constraints:
        if constraint.name == name:
            return ValidationError(constraint.get_violation_error_message(), code=name)
    return error


def _keep(contacts: Sequence[Contact], known: Sequence[Contact]) -> None:
    new = [contact for contact in contacts if contact.pk is None]
    if any(contact.role == ContactRole.HEAD for contact in new):
        for before in known:
            if before.role == ContactRole.HEAD:
                before.is_active = False
                before.save(update_fields=["is_active"])
    for contact in contacts:
        if contact.pk is not None:
            contact.save()
    Contact.objects.bulk_create(new)
