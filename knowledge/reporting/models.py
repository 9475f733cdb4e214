"""Asking for news: a request at a date, in it an inquiry for each measure and body, in that the answers of people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.models import Space
from accounts.models import Organisation, User
from knowledge.measures.models import Assessment, Entry, MeasurePage, State
from knowledge.reporting.querysets import InquiryQuerySet, NewsRequestQuerySet


class NewsRequest(models.Model):
    """Asks the responsible bodies of some measures of one space how things stand at a date."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="news_requests")
    title = models.CharField(_("title"), max_length=120)
    as_of = models.DateField(_("state at"))
    due_on = models.DateField(_("answer by"))
    note = models.TextField(_("note to the bodies"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    is_sample = models.BooleanField(default=False, editable=False)

    objects = NewsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for news")
        verbose_name_plural = _("requests for news")
        ordering: ClassVar = ["-as_of", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Return the address of its overview."""
        return reverse("reporting:request", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Tell whether the day by which to answer is over."""
        return self.due_on < timezone.localdate()


class Inquiry(models.Model):
    """What one body is asked about one measure, and what was accepted of it."""

    request = models.ForeignKey(NewsRequest, on_delete=models.CASCADE, related_name="inquiries")
    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="inquiries")
    # No constraint on (request, measure, body): two entries of one body may be merged while it is asked.
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inquiries")
    handed_to = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("handed on to")
    )
    told = models.PositiveSmallIntegerField(default=0)  # people of the body who were asked
    reminded_on = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.OneToOneField(
        Entry, on_delete=models.SET_NULL, null=True, related_name="accepted_from"
    )

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry to a body")
        verbose_name_plural = _("inquiries to bodies")
        ordering: ClassVar = ["measure__number", "pk"]

    def __str__(self) -> str:
        return f"{self.measure.label}: {self.body}"

    @property
    def url(self) -> str:
        """Return the address of its form."""
        return reverse("reporting:answer", args=[self.pk])

    @property
    def is_dissolved(self) -> bool:
        """Tell whether the body has left the platform, so that nobody can answer any more."""
        return self.body.left_at is not None


class Answer(models.Model):
    """What one person wrote for the body: a draft until it is sent; the contact merges several that were sent."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="news_answers"
    )
    is_unchanged = models.BooleanField(_("unchanged"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, blank=True)
    assessment = models.CharField(
        _("assessment"), max_length=12, choices=Assessment.choices, blank=True
    )
    reason = models.CharField(_("reason in a sentence"), max_length=300, blank=True)
    done = models.TextField(_("what was done"), max_length=3000, blank=True)
    next_step = models.TextField(_("what comes next"), max_length=1000, blank=True)
    obstacles = models.TextField(_("what stands in the way"), max_length=1000, blank=True)
    evidence = models.TextField(_("evidence"), max_length=1000, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)  # its words went into another answer of the body

    class Meta:
        verbose_name = _("answer of a body")
        verbose_name_plural = _("answers of bodies")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inquiry", "author"], name="one_answer_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.inquiry}: {self.author}"

    @property
    def is_late(self) -> bool:
        """Tell whether it was sent after the day by which to answer."""
        due = self.inquiry.request.due_on
        return self.sent_at is not None and timezone.localdate(self.sent_at) > due


TEXTS = ("done", "next_step", "obstacles", "evidence")
SAID = ("state", "assessment", "reason", *TEXTS)  # what an answer says
