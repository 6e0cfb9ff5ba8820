"""Closed vocabularies of the programme room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GminaKind(models.TextChoices):
    """The seventh digit of TERYT in words: 1, 2, 3."""

    URBAN = "urban", _("urban gmina")
    RURAL = "rural", _("rural gmina")
    URBAN_RURAL = "urban_rural", _("urban-rural gmina")


class HromadaKind(models.TextChoices):
    """Міська, селищна, сільська."""

    URBAN = "urban", _("urban hromada")
    SETTLEMENT = "settlement", _("settlement hromada")
    RURAL = "rural", _("rural hromada")


class SecurityStatus(models.TextChoices):
    """Security situation of a hromada, as of a date; question А6 of the application."""

    SAFE = "safe", _("outside the zone of hostilities")
    POSSIBLE = "possible", _("possible hostilities")
    ACTIVE = "active", _("active hostilities")
    DEOCCUPIED = "deoccupied", _("de-occupied")
    OCCUPIED = "occupied", _("temporarily occupied")


class ContactRole(models.TextChoices):
    """What a person does for the organisation in the programme."""

    HEAD = "head", _("head of the office")
    CONTACT = "contact", _("contact person")
    MENTOR = "mentor", _("mentor")
    DEPUTY = "deputy", _("deputy mentor")


class HeadTitle(models.TextChoices):
    """Posts of heads, as they are addressed; the source is the act on gmina self-government."""

    PREZYDENT = "prezydent", _("city mayor (prezydent)")
    BURMISTRZ = "burmistrz", _("mayor (burmistrz)")
    WOJT = "wojt", _("rural mayor (wójt)")
    HOLOVA = "holova", _("head of the hromada (holova)")
    NACHALNYK = "nachalnyk", _("head of the military administration (nachalnyk)")


class Gender(models.TextChoices):
    """Grammatical gender of forms of address, nothing more."""

    FEMININE = "f", _("feminine (Pani, пані)")
    MASCULINE = "m", _("masculine (Pan, пан)")


class Side(models.TextChoices):
    """Which of the two funnels a row of the edition belongs to."""

    HOST = "host", _("host municipality")
    INTERN = "intern", _("intern")
    GRANT = "grant", _("small project")


class ContributionKind(models.TextChoices):
    """How a hromada may bring its own contribution; each kind is valued in money."""

    FINANCIAL = "financial", _("financial")
    IN_KIND = "in_kind", _("in kind")
    WORK = "work", _("work")


class ReportKind(models.TextChoices):
    """Who writes the report after an internship."""

    INTERN = "intern", _("report of the intern")
    MENTOR = "mentor", _("report of the mentor")
    HOST = "host", _("report of the host municipality")


class AnswerKind(models.TextChoices):
    """How a question of a report is answered."""

    SCALE = "scale", _("satisfaction from 1 to 5")
    TEXT = "text", _("free text")


class ConsentKind(models.TextChoices):
    """Clauses and consents; an information clause is acknowledged, a consent is given freely."""

    PRIVACY_HOST = "privacy_host", _("privacy notice for host municipalities")
    PRIVACY_MENTOR = "privacy_mentor", _("privacy notice for mentors")
    PRIVACY_INTERN = "privacy_intern", _("privacy notice for candidates")
    PRIVACY_EVALUATOR = "privacy_evaluator", _("privacy notice for evaluators")
    PRIVACY_GRANT = "privacy_grant", _("privacy notice for small projects")
    TRUTH = "truth", _("declaration that the answers are true")
    ROLES = "roles", _("description of roles has been read")
    REGULATIONS = "regulations", _("regulations have been read")
    PARTICIPATION = "participation", _("commitment to take part in all stages")
    NEWS = "news", _("consent to news of the programme")
    LISTING = "listing", _("consent to be named on the list of interested municipalities")
    IMAGE = "image", _("consent to the use of the image")
    RESERVE = "reserve", _("consent to stand on the reserve list")
    SPECIAL_NEEDS = "special_needs", _("consent to the processing of data on health and needs")


class EditionTextKey(models.TextChoices):
    """Texts that only the foundation can write; empty ones are gaps and are not printed."""

    INTRODUCTION = "introduction", _("introduction on the programme page")
    COSTS = "costs", _("what the organiser pays")
    HOST_ROLE = "host_role", _("role of the host municipality")
    MENTOR_ROLE = "mentor_role", _("role of the mentor")
    HROMADA_ROLE = "hromada_role", _("role of the hromada and its candidate")
    ORGANISER_ROLE = "organiser_role", _("role of the organiser")
    REGULATIONS = "regulations", _("regulations of the programme")
    PREPARATION = "preparation", _("preparation stage")
    LEAVING_UKRAINE = "leaving_ukraine", _("rules on leaving Ukraine")
    GRANT_RULES = "grant_rules", _("rules of small projects")
    AGREEMENT = "agreement", _("text of the agreement with the host municipality")
    PRIVACY = "privacy", _("privacy policy: details of the controller")
    PRIVACY_BASES = "privacy_bases", _("privacy policy: purposes and legal bases")
    PRIVACY_RECIPIENTS = "privacy_recipients", _("privacy policy: who receives the data")
    PRIVACY_TRANSFER = "privacy_transfer", _("privacy policy: data that go to Ukraine")
    CONTACT = "contact", _("contact of the programme team")


class EditionFileKind(models.TextChoices):
    """Files that staff upload for an edition."""

    LOGO = "logo", _("official sign")
    ATTACHMENT = "attachment", _("attachment")
    REGULATIONS = "regulations", _("regulations")


class Conformity(models.TextChoices):
    """How far the website conforms with the act on digital accessibility."""

    FULL = "full", _("conformant")
    PARTIAL = "partial", _("partially conformant")
    NONE = "none", _("not conformant")


class PopulationSource(models.TextChoices):
    """Where a figure of population comes from."""

    GUS = "gus", _("Statistics Poland (GUS), table of population by gmina")
    BDL = "bdl", _("Statistics Poland (GUS), Local Data Bank")
    DERZHSTAT = "derzhstat", _("State Statistics Service of Ukraine")
    DEMONSTRATION = "demonstration", _("demonstration register")
    DECLARED = "declared", _("declared by the municipality, to be verified")
    OTHER = "other", _("other table")


class MatchingWeight(models.TextChoices):
    """Criteria of a pair that an edition weighs; the words are those of the matching room."""

    PARTNERSHIP = "partnership", _("existing partnership")
    PARTNERSHIP_INFORMAL = "partnership_informal", _("partnership without an agreement")
    THEMES = "themes", _("topics")
    SIZE = "size", _("similar size")
    KIND = "kind", _("similar kind of municipality")
    MENTOR_FIELD = "mentor_field", _("field of the mentor")
    LANGUAGE = "language", _("common language")
    DATES = "dates", _("dates")
    RECORD = "record", _("spread of benefits")
    PREFERENCE = "preference", _("wishes about the region")


class RecordFavours(models.TextChoices):
    """Which hosts get the points for the spread of benefits."""

    NEW = "new", _("municipalities that have not taken part yet")
    PROVEN = "proven", _("municipalities that have taken part before")
