"""Versions of the matching, the pairs they propose, and what a coordinator pins or forbids."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models import InternApplication
from matching.enums import ProposalStatus, RuleKind, SideAnswer, VersionStatus
from meetings.models import Declaration
from programme.models import Edition

BY_HAND = "by hand"


class MatchVersion(models.Model):
    """One run of the matching with its weights, its proof and its author (M10, M16)."""

    Status = VersionStatus
    STEPS = {
        Status.DRAFT: {Status.APPROVED, Status.SUPERSEDED},
        Status.APPROVED: {Status.PUBLISHED, Status.SUPERSEDED},
        Status.PUBLISHED: {Status.SUPERSEDED},
    }

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="match_versions"
    )
    name = models.CharField(_("name"), max_length=120)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    weights = models.JSONField(_("weights"), default=dict)
    salt = models.CharField(_("salt of the lottery"), max_length=64)
    fingerprint = models.CharField(_("fingerprint of the input"), max_length=64)
    solver = models.CharField(_("solver"), max_length=60)
    objective = models.PositiveIntegerField(_("sum of points"), default=0)
    bound = models.PositiveIntegerField(_("proven upper bound"), default=0)
    is_unique = models.BooleanField(_("no other result is as good"), default=False)
    left_over = models.JSONField(_("without a place, and why"), default=list)
    created_at = models.DateTimeField(_("run"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of the matching")
        verbose_name_plural = _("versions of the matching")
        permissions = [("publish_matchversion", _("Can approve and publish a matching"))]
        constraints = [
            models.CheckConstraint(
                name="match_version_status_is_known", condition=Q(status__in=VersionStatus.values)
            ),
            models.CheckConstraint(
                name="matching_is_approved_by_a_second_person",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("author")),
                violation_error_message=_("Somebody other than the author has to approve."),
            ),
            models.CheckConstraint(
                name="published_matching_was_approved",
                condition=~Q(status__in=[VersionStatus.APPROVED, VersionStatus.PUBLISHED])
                | Q(approved_by__isnull=False),
                violation_error_message=_("A matching is published only after approval."),
            ),
            models.UniqueConstraint(
                name="one_published_matching_per_edition",
                fields=["edition"],
                condition=Q(status=VersionStatus.PUBLISHED),
                violation_error_message=_("This edition already has a published matching."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_by_hand(self) -> bool:
        """Whether the pairs were put together without the optimiser (M6)."""
        return self.solver == BY_HAND

    @property
    def is_proven(self) -> bool:
        """Whether no other choice of pairs has more points."""
        return not self.is_by_hand and self.objective == self.bound


class ProposalQuerySet(models.QuerySet):
    """Adjectives for pairs."""

    def for_table(self) -> "ProposalQuerySet":
        """With what a list shows; the best pair first."""
        return self.select_related(
            "version",
            "declaration__survey__gmina",
            "declaration__mentor",
            "application__hromada",
        ).order_by("-score", "pk")

    def declined(self) -> "ProposalQuerySet":
        """One of the two sides said no."""
        no = SideAnswer.DECLINES
        return self.filter(Q(host_answer=no) | Q(intern_answer=no))

    def living(self) -> "ProposalQuerySet":
        """Published or accepted: they bind both sides."""
        return self.filter(status__in=[ProposalStatus.PUBLISHED, ProposalStatus.ACCEPTED])


class Proposal(models.Model):
    """A host and an intern who might fit; both sides answer by link once it is published."""

    Status = ProposalStatus
    STEPS = {
        Status.DRAFT: {Status.APPROVED, Status.REPLACED},
        Status.APPROVED: {Status.PUBLISHED, Status.REPLACED},
        Status.PUBLISHED: {Status.ACCEPTED, Status.DECLINED, Status.LAPSED, Status.REPLACED},
        Status.ACCEPTED: {Status.REPLACED},
        Status.DECLINED: {Status.REPLACED},
        Status.LAPSED: {Status.REPLACED},
    }

    version = models.ForeignKey(
        MatchVersion,
        verbose_name=_("version"),
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    declaration = models.ForeignKey(
        Declaration, verbose_name=_("host"), on_delete=models.PROTECT, related_name="proposals"
    )
    application = models.ForeignKey(
        InternApplication,
        verbose_name=_("intern"),
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    score = models.PositiveSmallIntegerField(_("points of 1000"))
    breakdown = models.JSONField(_("points by criterion"), default=list)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    explanation_pl = models.CharField(_("why this pair (Polish)"), max_length=600, blank=True)
    explanation_uk = models.CharField(_("why this pair (Ukrainian)"), max_length=600, blank=True)
    host_answer = models.CharField(
        _("answer of the host"), max_length=8, choices=SideAnswer, blank=True
    )
    host_reason = models.CharField(_("reason of the host"), max_length=500, blank=True)
    host_answered_at = models.DateTimeField(_("host answered"), null=True, blank=True)
    intern_answer = models.CharField(
        _("answer of the intern"), max_length=8, choices=SideAnswer, blank=True
    )
    intern_reason = models.CharField(_("reason of the intern"), max_length=500, blank=True)
    intern_answered_at = models.DateTimeField(_("intern answered"), null=True, blank=True)
    answer_by_at = models.DateTimeField(_("answer by"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed pair")
        verbose_name_plural = _("proposed pairs")
        constraints = [
            models.CheckConstraint(
                name="proposal_status_is_known", condition=Q(status__in=ProposalStatus.values)
            ),
            models.CheckConstraint(
                name="proposal_score_in_range",
                condition=Q(score__lte=1000),
                violation_error_message=_("Points lie between 0 and 1000."),
            ),
            models.UniqueConstraint(
                name="intern_is_proposed_once_per_version",
                fields=["version", "application"],
                condition=~Q(status=ProposalStatus.REPLACED),
                violation_error_message=_("This intern already has a host in this version."),
            ),
            models.UniqueConstraint(
                name="one_living_proposal_per_intern",
                fields=["application"],
                condition=Q(status__in=[ProposalStatus.PUBLISHED, ProposalStatus.ACCEPTED]),
                violation_error_message=_("This intern already has a host."),
            ),
            models.CheckConstraint(
                name="accepted_proposal_has_two_yeses",
                condition=~Q(status=ProposalStatus.ACCEPTED)
                | Q(host_answer=SideAnswer.ACCEPTS, intern_answer=SideAnswer.ACCEPTS),
                violation_error_message=_("A pair is accepted when both sides have said yes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} – {self.application}"


class PairRule(models.Model):
    """A pair that a coordinator pins or forbids, with a reason (M3)."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="pair_rules"
    )
    declaration = models.ForeignKey(
        Declaration, verbose_name=_("host"), on_delete=models.PROTECT, related_name="pair_rules"
    )
    application = models.ForeignKey(
        InternApplication,
        verbose_name=_("intern"),
        on_delete=models.PROTECT,
        related_name="pair_rules",
    )
    kind = models.CharField(_("rule"), max_length=3, choices=RuleKind)
    reason = models.CharField(_("reason"), max_length=300)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("rule about a pair")
        verbose_name_plural = _("rules about pairs")
        constraints = [
            models.CheckConstraint(
                name="pair_rule_kind_is_known", condition=Q(kind__in=RuleKind.values)
            ),
            models.UniqueConstraint(
                name="one_rule_per_pair",
                fields=["declaration", "application"],
                violation_error_message=_("There is already a rule about this pair."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.declaration} – {self.application}"
