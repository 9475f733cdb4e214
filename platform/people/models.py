"""One-time links with which people set a password, requests for them, letters, and lists that are being read in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Purpose(models.TextChoices):
    """Why somebody is given a link to set a password."""

    INVITATION = "invitation", _("Invitation")
    RESET = "reset", _("New password, set by the administration")
    FORGOTTEN = "forgotten", _("Forgotten password")


class PasswordLinkQuerySet(models.QuerySet["PasswordLink"]):
    """Links by what may be done with them."""

    def open(self) -> PasswordLinkQuerySet:
        """Those that set a password or wait to be mailed."""
        return self.filter(used_at=None, ends_at__gt=timezone.now(), person__is_active=True)

    def to_mail(self) -> PasswordLinkQuerySet:
        """Those that wait to be mailed."""
        return self.open().filter(mail_due_at__isnull=False)


class PasswordLink(models.Model):
    """A link with which one person sets a password, once and until an hour; a new one takes the place of the old.

    One that is to be mailed has no secret yet: it is made when the mail is handed over, and stored nowhere.
    """

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="password_link", verbose_name=_("person")
    )
    purpose = models.CharField(
        _("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.RESET
    )
    # Of the secret in the address, which is stored nowhere; of nothing as long as the mail is due.
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    ends_at = models.DateTimeField(_("ends"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    mail_due_at = models.DateTimeField(_("to be mailed since"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to set a password")
        verbose_name_plural = _("links to set a password")
        indexes: ClassVar = [
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="links_to_mail",
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def is_open(self) -> bool:
        """Whether it may still set a password, or waits to be mailed."""
        return self.used_at is None and self.ends_at > timezone.now()


class PasswordRequest(models.Model):
    """An address for which somebody said that the password is forgotten; kept until a job has looked at it."""

    address = models.EmailField(_("e-mail address"), unique=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("request for a new password")
        verbose_name_plural = _("requests for a new password")

    def __str__(self) -> str:
        return f"{self.pk}"


class Letter(models.Model):
    """A mail about an account that goes to an address whatever its person wants to be told; kept until it is sent."""

    class Kind(models.TextChoices):
        """What it says; each has a template."""

        ADDRESS_CHANGED = "address_changed", _("The mail address was changed")
        SECOND_FACTOR_RESET = "second_factor_reset", _("The second factor was taken away")

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="letters", verbose_name=_("person")
    )
    address = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PeopleList(models.Model):
    """A list of people that somebody is reading in: kept from the preview to the confirmation."""

    made_by = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="people_list", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")

    def __str__(self) -> str:
        return f"{self.pk}"
