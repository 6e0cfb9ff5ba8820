"""The pages of the survey in their order: slug -> form."""

from applications.forms import host_offer, host_office, host_partners
from applications.forms.host_fields import SurveyPage
from applications.survey_plan import PAGES, PARTNERS_MAX

_forms: tuple[type[SurveyPage], ...] = (
    host_office.MunicipalityPage,
    host_office.AddressPage,
    host_office.NumbersPage,
    host_office.HeadPage,
    host_office.ContactPage,
    host_office.ExperiencePage,
    *(host_partners.partner_page(number) for number in range(1, PARTNERS_MAX + 1)),
    host_office.PartnerInternPage,
    host_office.PartnershipPage,
    host_offer.ThemesPage,
    host_offer.OrderPage,
    host_offer.PracticesPage,
    host_offer.HostingPage,
    host_offer.LodgingPage,
    host_offer.AccessPage,
    host_offer.MentorPage,
    host_offer.MentorPersonPage,
    host_offer.MentorLanguagesPage,
    host_offer.MentorRolePage,
    host_offer.MeetingPage,
    host_offer.RemarksPage,
    host_offer.DeclarationsPage,
)
PAGE_FORMS: dict[str, type[SurveyPage]] = {form.slug: form for form in _forms}
if list(PAGE_FORMS) != [page.slug for page in PAGES]:
    raise RuntimeError("the forms of the survey and its plan differ")
