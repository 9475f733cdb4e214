"""What keeps a wiki true: who answers for a page, and when somebody last said that it is right."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.basepage.models import KnowledgePage


class Upkeep(models.Model):
    """Who sees to it that a page stays right; until when it is to be checked says `KnowledgePage.review_by`."""

    class Rhythm(models.IntegerChoices):
        """After how many days the page is to be looked at again."""

        ONCE = 0, _("once")
        QUARTERLY = 91, _("every three months")
        HALF_YEARLY = 182, _("every six months")
        YEARLY = 365, _("every year")
        TWO_YEARLY = 730, _("every two years")

    page = models.OneToOneField(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who looks at it"),
    )
    rhythm = models.PositiveSmallIntegerField(
        _("rhythm"), choices=Rhythm.choices, default=Rhythm.YEARLY
    )
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last checked by"),
    )

    class Meta:
        verbose_name = _("upkeep of a page")
        verbose_name_plural = _("upkeep of pages")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.page_id)


class PageTag(models.Model):
    """A word under which a page is found together with others; words that are spelt alike are one (`key`)."""

    page = models.ForeignKey(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    name = models.CharField(_("tag"), max_length=60)
    key = models.SlugField(_("tag in addresses"), max_length=80)

    class Meta:
        verbose_name = _("tag of a page")
        verbose_name_plural = _("tags of pages")
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "key"], name="one_tag_once_a_page")
        ]

    def __str__(self) -> str:
        return self.name


class Template(models.Model):
    """A page from which others of its space are begun."""

    page = models.OneToOneField(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")

    def __str__(self) -> str:
        return str(self.page_id)
