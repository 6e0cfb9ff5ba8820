"""The pages of the application in their order."""

from applications.forms.intern_base import InternPageForm
from applications.forms.intern_papers import DeclarationsForm, PapersForm
from applications.forms.intern_person import (
    BodyForm,
    ExperienceForm,
    HeadForm,
    LanguagesForm,
    PersonForm,
    PostForm,
)
from applications.forms.intern_plan import (
    DatesForm,
    LearningForm,
    MotivationForm,
    OrderForm,
    PartnersForm,
    ProjectForm,
    ThemesForm,
)

PAGES: tuple[type[InternPageForm], ...] = (
    BodyForm,
    HeadForm,
    PersonForm,
    PostForm,
    LanguagesForm,
    ExperienceForm,
    MotivationForm,
    ThemesForm,
    OrderForm,
    LearningForm,
    ProjectForm,
    PartnersForm,
    DatesForm,
    PapersForm,
    DeclarationsForm,
)
BY_SLUG = {page.slug: page for page in PAGES}


def pages_for(application) -> list[type[InternPageForm]]:
    """The pages that these answers call for: the order of themes only when there are two."""
    themes = application.answers.get("temy")
    has_order = isinstance(themes, list) and len(themes) > 1
    return [page for page in PAGES if page is not OrderForm or has_order]


def page_after(page: type[InternPageForm], application) -> type[InternPageForm] | None:
    """The next page, or None when the answers are to be checked."""
    pages = pages_for(application)
    rest = PAGES[PAGES.index(page) + 1 :]
    return next((each for each in rest if each in pages), None)


def page_before(page: type[InternPageForm], application) -> type[InternPageForm] | None:
    """The page before, or None for the first one."""
    pages = pages_for(application)
    earlier = PAGES[: PAGES.index(page)]
    return next((each for each in reversed(earlier) if each in pages), None)
