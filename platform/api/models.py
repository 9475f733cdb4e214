"""The keys by which programs read in a person's name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import APIToken

from accounts.models import User


class Scope(models.TextChoices):
    """What a key may be used for; so far only reading."""

    READ = "read", _("read")


class AccessKeyQuerySet(models.QuerySet["AccessKey"]):
    """Keys by whether they open anything."""

    def usable(self) -> AccessKeyQuerySet:
        """Return those neither revoked nor expired whose owner's account is open."""
        return self.filter(
            revoked_at__isnull=True, expires_at__gt=timezone.now(), user__is_active=True
        )

    def of(self, person: User) -> AccessKeyQuerySet:
        """Those of one person, newest first."""
        return self.filter(user=person).order_by("-created", "-pk")


class AccessKey(APIToken):
    """One of Wagtail's tokens, with an end and a scope; a token without them opens nothing here.

    Wagtail stores a keyed hash of the secret (HMAC with the installation's key) and its first four characters.
    """

    expires_at = models.DateTimeField(_("ends"))
    scope = models.CharField(
        _("may be used for"), max_length=12, choices=Scope.choices, default=Scope.READ
    )

    objects = AccessKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="access_key_expires")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and self.expires_at > timezone.now() and self.user.is_active
