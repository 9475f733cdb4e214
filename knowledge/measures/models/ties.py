"""What a measure needs and is tied to: money and staff with their decision, other pages, the measures it goes on in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.council.models import PaperPage
from knowledge.measures.models.pages import MeasurePage
from knowledge.measures.models.vocabulary import NeedKind, Outcome, Succession


class Need(models.Model):
    """Money or staff beyond what there is; the bodies decide on each by itself."""

    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="needs")
    kind = models.CharField(_("kind of need"), max_length=12, choices=NeedKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    purpose = models.CharField(_("what for"), max_length=200)
    from_year = models.PositiveSmallIntegerField(_("from the year"), null=True, blank=True)
    paper = models.ForeignKey(
        PaperPage,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("paper"),
    )
    deciding_body = models.CharField(_("decided by"), max_length=200, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.OPEN
    )

    class Meta:
        verbose_name = _("need of a measure")
        verbose_name_plural = _("needs of measures")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.amount}"


class Related(models.Model):
    """A page that belongs to a measure: an event, a paper, minutes; shown to whoever may read it."""

    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="related")
    page = models.ForeignKey(
        KnowledgePage,
        on_delete=models.CASCADE,
        related_name="measures_tied",
        verbose_name=_("page"),
    )
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("page that belongs to a measure")
        verbose_name_plural = _("pages that belong to measures")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measure", "page"], name="one_tie_a_page")
        ]

    def __str__(self) -> str:
        return f"{self.measure} – {self.page}"


class GoesOnIn(models.Model):
    """A measure that ended and goes on in another one; its page stays where it was and leads there."""

    ended = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="goes_on_in")
    next = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="comes_from")
    how = models.CharField(_("how"), max_length=12, choices=Succession.choices)
    on = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    noted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("succession of measures")
        verbose_name_plural = _("successions of measures")
        ordering: ClassVar = ["on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ended", "next"], name="one_succession"),
            models.CheckConstraint(
                condition=~models.Q(ended=models.F("next")), name="no_succession_by_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ended} {self.get_how_display()} {self.next}"
