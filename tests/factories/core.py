"""People with accounts."""

import factory

from core import roles
from core.models import User

PASSWORD = "cztery konie i wóz"


class UserFactory(factory.django.DjangoModelFactory):
    """A person with an account; `role=roles.MENTOR` gives a role, staff roles open the panel.

    Staff have the password `PASSWORD`; everybody else signs in by link.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    first_name = "Anna"
    last_name = factory.Sequence(lambda number: f"Nowak {number}")
    language = "pl"

    @classmethod
    def _create(cls, model_class, *args, role: str | None = None, **fields):
        password = PASSWORD if role in roles.STAFF_ROLES else None
        user = model_class.objects.create_user(*args, password=password, **fields)
        if role is not None:
            roles.grant_role(user, role)
        return user
