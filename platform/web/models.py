"""What the frame shows of the city: its name and its mark; and how far the set-up has come."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

_CACHED = "web.installation"
_CACHED_S = 60  # another process shows the former name for so long


class InitialData(models.TextChoices):
    """What the platform begins with."""

    UNDECIDED = "", _("Not decided")
    PAPER = "paper", _("Data of Dortmund's council paper")
    EMPTY = "empty", _("Empty")


class Installation(models.Model):
    """The one row about the installation itself."""

    NUMBER = 1

    city = models.CharField(_("name of the city"), max_length=80, blank=True)
    # In the database, not among the files: it is shown before anybody has signed in. A small PNG in base64.
    mark = models.TextField(_("mark"), blank=True)
    mark_digest = models.CharField(max_length=64, blank=True, editable=False)
    initial_data = models.CharField(
        _("initial data"), max_length=10, choices=InitialData.choices, blank=True, default=""
    )
    mail_tested_at = models.DateTimeField(_("mail tested at"), null=True, blank=True)
    set_up_hidden_at = models.DateTimeField(_("set-up hidden at"), null=True, blank=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")

    def __str__(self) -> str:
        return self.city or "Stadtwissen"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the one row, and let this process show it at once.

        Whoever asks before the commit remembers the former one, so it is forgotten again after it.
        """
        self.pk = self.NUMBER
        super().save(*args, **kwargs)
        cache.delete(_CACHED)
        transaction.on_commit(lambda: cache.delete(_CACHED))


def installation() -> Installation:
    """Return the row as stored; an unsaved one if there is none yet."""
    return Installation.objects.filter(pk=Installation.NUMBER).first() or Installation()


def shown_city() -> dict[str, str]:
    """Return name and mark (by its digest) for the frame; asked once a minute in each process."""
    shown: dict[str, str] | None = cache.get(_CACHED)
    if shown is None:
        row = installation()
        shown = {"city": row.city, "mark_digest": row.mark_digest}
        cache.set(_CACHED, shown, _CACHED_S)
    return shown
