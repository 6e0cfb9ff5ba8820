"""What a new figure of population means for the records of the municipality that it concerns."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from applications.enums import ApplicationStatus, SurveyStatus
from applications.models import HostSurvey, InternApplication
from core.formats import number
from programme.models import RegisterImport

Crossing = tuple[int, int, bool]  # municipality, edition, whether it is above the limit from now on
UNDECIDED_SURVEYS = {
    SurveyStatus.SUBMITTED,
    SurveyStatus.RETURNED,
    SurveyStatus.EXCEPTION,
    SurveyStatus.DUPLICATE,
}
OVER = {SurveyStatus.WITHDRAWN, SurveyStatus.MERGED}
UNDECIDED_APPLICATIONS = {
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.HEAD_CONFIRMED,
    ApplicationStatus.RETURNED,
}


def records_of_units(register: str, crossings: Iterable[Crossing]) -> dict[tuple[int, int], list]:
    """Sentences by (municipality, edition) about its surveys or applications, decided ones too.

    A decision is never changed by a figure: it keeps the one it used (A21).
    """
    over = {(unit, edition): is_over for unit, edition, is_over in crossings}
    units = {unit for unit, _edition in over}
    editions = {edition for _unit, edition in over}
    told: dict[tuple[int, int], list] = {key: [] for key in over}
    if register == RegisterImport.GMINAS:
        for survey in HostSurvey.objects.filter(gmina__in=units, edition__in=editions).order_by(
            "pk"
        ):
            key = (survey.gmina_id, survey.edition_id)
            if key in over and survey.status not in OVER:
                told[key].append(_of_survey(survey, over[key]))
    else:
        for application in InternApplication.objects.filter(
            hromada__in=units, edition__in=editions
        ).order_by("pk"):
            key = (application.hromada_id, application.edition_id)
            if key in over and application.status != ApplicationStatus.WITHDRAWN:
                told[key].append(_of_application(application, over[key]))
    return told


def _of_survey(survey: HostSurvey, is_over: bool) -> str:
    if survey.status == SurveyStatus.DRAFT:
        if is_over:
            return _("A survey in draft: the page of the municipality will stop it.")
        return _("A survey in draft: the limit no longer stops it.")
    if survey.status in UNDECIDED_SURVEYS:
        return _undecided(_("Survey %(number)s") % {"number": survey.number}, is_over)
    return _decided(
        _("Survey %(number)s") % {"number": survey.number},
        survey.get_status_display(),
        survey.population_used,
    )


def _of_application(application: InternApplication, is_over: bool) -> str:
    if application.status == ApplicationStatus.DRAFT:
        if is_over:
            return _("An application in draft: the page of the hromada will stop it.")
        return _("An application in draft: the limit no longer stops it.")
    what = _("Application %(number)s") % {"number": application.number}
    if application.status in UNDECIDED_APPLICATIONS:
        return _undecided(what, is_over)
    return _decided(what, application.get_status_display(), application.population_used)


def _undecided(what: str, is_over: bool) -> str:
    if is_over:
        return _("%(what)s waits for a decision and will be judged above the limit.") % {
            "what": what
        }
    return _("%(what)s waits for a decision and will be judged within the limit.") % {"what": what}


def _decided(what: str, status: str, used: int | None) -> str:
    if used is None:
        return _("%(what)s: %(status)s. The decision stays.") % {"what": what, "status": status}
    return _("%(what)s: %(status)s, on the figure %(used)s. The decision stays.") % {
        "what": what,
        "status": status,
        "used": number(used, "pl"),
    }
