"""People who sign in, the trail of what happened, links, counters and files."""

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.db import status_is_known
from core.enums import FileState


class UserManager(BaseUserManager):
    """Makes accounts; the e-mail address is the name."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """A person who can sign in. Without a password: by e-mailed link only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """A first administrator, made from the command line."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        """Find by address, whatever the letter case."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: staff with password and code, others by e-mailed link."""

    email = models.EmailField(
        _("e-mail address"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail address.")},
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="pl"
    )
    is_staff = models.BooleanField(_("may enter the panel"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    password_is_temporary = models.BooleanField(
        _("must choose a password at the next sign-in"), default=False
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("person with an account")
        verbose_name_plural = _("people with accounts")
        default_permissions = ("add", "change", "view")
        permissions = [
            ("reset_second_factor", "Can reset the second factor of another person"),
            ("export_records", "Can export lists of records"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_is_unique",
                violation_error_message=_("There is already an account with this e-mail address."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        """First and last name, as the person writes them."""
        return f"{self.first_name} {self.last_name}".strip()


class AuditEvent(models.Model):
    """One thing that happened to one record. Written once, never changed."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    action = models.CharField(_("what"), max_length=80)
    target_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of record"), on_delete=models.PROTECT, related_name="+"
    )
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit line")
        verbose_name_plural = _("audit trail")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_by_target")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class AuditSeal(models.Model):
    """The place of one audit line in the chain. `digest` covers the line and the digest before."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="seal")
    seq = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("seal of an audit line")
        verbose_name_plural = _("seals of the audit trail")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.seq} {self.digest[:12]}"


class CapabilityLink(models.Model):
    """A link that opens one object for one purpose. Of the token only its SHA-256 is kept."""

    purpose = models.CharField(_("purpose"), max_length=40)
    token_digest = models.CharField(max_length=64, unique=True)
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    email = models.EmailField(_("made for"), max_length=254)
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    expires_at = models.DateTimeField(_("works until"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used to write"), null=True)

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        default_permissions = ("view",)
        permissions = [("revoke_capabilitylink", "Can revoke personal links")]
        indexes = [models.Index(fields=["target_type", "target_id"], name="link_by_target")]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.email}"


class LinkCode(models.Model):
    """A six-digit code sent to the address of a link; only a slow hash of it is kept."""

    link = models.ForeignKey(CapabilityLink, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=128)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("code of a personal link")
        verbose_name_plural = _("codes of personal links")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.link_id} {self.expires_at:%H:%M}"


class LoginLink(models.Model):
    """A link, with a code that may be typed instead, that signs one person in once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_links")
    token_digest = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=128)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("login link")
        verbose_name_plural = _("login links")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d %H:%M}"


class RateCount(models.Model):
    """How often somebody did something in the running stretch of time. Keys are hashed."""

    action = models.CharField(max_length=60)
    key_digest = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("rate count")
        verbose_name_plural = _("rate counts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["action", "key_digest"], name="one_count_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.count}"


class StoredFile(models.Model):
    """A file that somebody sent. Nobody downloads it before it is found clean."""

    Status = FileState
    STEPS = {
        FileState.RECEIVED: {FileState.SCANNING},
        FileState.SCANNING: {FileState.CLEAN, FileState.INFECTED, FileState.ERROR},
        FileState.ERROR: {FileState.SCANNING},
    }

    content = models.FileField(upload_to="received/%Y/%m")
    name = models.CharField(_("file name"), max_length=100)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    status = models.CharField(
        _("state"), max_length=10, choices=FileState, default=FileState.RECEIVED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.CharField(_("sent by"), max_length=254)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        default_permissions = ("view",)
        constraints = [status_is_known("stored_file_status_is_known", FileState)]
        indexes = [models.Index(fields=["uploaded_by"], name="stored_file_by_sender")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """The status, under the name that templates and other rooms use."""
        return self.status

    @property
    def is_clean(self) -> bool:
        """Checked, and found harmless."""
        return self.status == FileState.CLEAN
