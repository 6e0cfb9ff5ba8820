"""Sentences of Django that our catalogues say better.

Polish and Ukrainian inflect by the gender of a noun that Django does not know, so its catalogues
write "został(a)(-ło)". Naming them here keeps them in our catalogues, which come before Django's.
"""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    gettext_noop("Add another %(verbose_name)s"),
)
