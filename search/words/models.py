"""What the curator keeps: words with a special treatment, best bets; and what people searched for, without who."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_EXPRESSION_CHARS = 80
MAX_SENTENCE_CHARS = 200
MAX_NOTE_CHARS = 300


class WordKind(models.TextChoices):
    """What an entry says about its expressions."""

    SYNONYMS = "synonyms", _("Synonyms")
    ABBREVIATION = "abbreviation", _("Abbreviation")
    NEVER_SPLIT = "never_split", _("Never split")
    NEVER_STEM = "never_stem", _("Exact form only")


class EditedQuerySet(models.QuerySet[Any]):
    """Entries by which of them are meant."""

    def but(self, pk: int | None) -> EditedQuerySet:
        """All but the one of this primary key; None leaves out none."""
        return self if pk is None else self.exclude(pk=pk)


class Edited(models.Model):
    """Something that several people may edit: `version` tells whether somebody else did meanwhile."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    # The audit log says who did what, for as long as it must; here a closed account leaves nothing.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = EditedQuerySet.as_manager()

    class Meta:
        abstract = True


class WordEntry(Edited):
    """One entry of the vocabulary; it counts from the next search on (`search.words.house`).

    An abbreviation has itself as first expression and what it stands for as the others; the two kinds about single
    words have one expression.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=WordKind.choices)
    expressions: models.JSONField[list[str], list[str]] = models.JSONField(_("expressions"))
    note = models.CharField(_("note"), max_length=MAX_NOTE_CHARS, blank=True)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")

    def __str__(self) -> str:
        return ", ".join(self.expressions)


class BestBet(Edited):
    """A target that is recommended above the hits of a search that contains one of the expressions."""

    expressions: models.JSONField[list[str], list[str]] = models.JSONField(_("expressions"))
    # `<source>:<id>`, as documents have it: whatever can be found can be recommended.
    target = models.CharField(_("target"), max_length=200)
    sentence = models.CharField(_("sentence"), max_length=MAX_SENTENCE_CHARS, blank=True)

    class Meta:
        verbose_name = _("best bet")
        verbose_name_plural = _("best bets")

    def __str__(self) -> str:
        return ", ".join(self.expressions)


class WordsState(models.Model):
    """One row with a random text that every change replaces.

    Every process compares it at each search with the one that it knows. A counter would not do: a number that a
    transaction took and rolled back would be given again, to other words.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("state of the words")
        verbose_name_plural = _("states of the words")

    def __str__(self) -> str:
        return self.token


class CountedQuery(models.Model):
    """How often the same words were searched for in one month, without who asked (docs/decisions/0005).

    A query is shown to the curator once it is `is_common`: enough different people asked it within the month. Until
    then `marks` holds one of 16 bits for each of them; with 16 bits, several people share one. What is not common when
    the month is over is deleted.
    """

    month = models.DateField(_("month"))
    key = models.CharField(_("folded words"), max_length=100)
    text = models.CharField(_("words"), max_length=100)
    asked = models.PositiveIntegerField(_("asked"), default=0)
    without_hits = models.PositiveIntegerField(_("without hits"), default=0)
    marks = models.PositiveIntegerField(_("marks"), default=0)
    is_common = models.BooleanField(_("asked by several people"), default=False)

    class Meta:
        verbose_name = _("counted query")
        verbose_name_plural = _("counted queries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "key"], name="search_counted_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["is_common", "month"], name="search_counted_common")
        ]

    def __str__(self) -> str:
        return self.text
