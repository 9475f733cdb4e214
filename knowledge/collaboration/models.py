"""What people say at a passage of a page, and what they watch."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from access.audience import open_passages
from access.querysets import visible_pages
from access.rights import Person, spaces_where
from access.roles import Action
from knowledge.basepage.models import KnowledgePage

LONGEST = 4000  # characters of one comment or answer
QUOTED = 300  # characters of the passage that are kept with a comment


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments, by who may see them and by whether they are settled."""

    def visible_to(self, user: Person) -> CommentQuerySet:
        """Keep those on published pages of spaces in which `user` may comment, at passages that this person sees."""
        return self.filter(
            open_passages(user, "passage"),
            page__live=True,
            page__space__in=spaces_where(user, Action.READ_DRAFT),
        )

    def still_open(self) -> CommentQuerySet:
        """Keep those that nobody has settled."""
        return self.filter(resolved_at__isnull=True)

    def with_words(self) -> CommentQuerySet:
        """Load authors and answers, too: two queries, however many comments."""
        answers = Reply.objects.select_related("author__organisation").order_by("pk")
        return self.select_related("author__organisation", "resolved_by").prefetch_related(
            models.Prefetch("replies", queryset=answers)
        )


class Comment(models.Model):
    """A comment on a page or on a passage of it.

    Path and position are those of Wagtail's comments (decision 0025 says why they aren’t Wagtail’s); the words of the
    passage are kept, so that a comment is understood when its passage is gone.
    """

    page = models.ForeignKey(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    text = models.TextField(_("text"), max_length=LONGEST)
    content_path = models.CharField(
        _("field and block"),
        max_length=200,
        blank=True,
        help_text=_("As in “body.<key of the block>”; empty for the whole page."),
    )
    passage = models.UUIDField(_("key of the block"), null=True, blank=True)
    position = models.CharField(_("key of the line"), max_length=100, blank=True)
    quote = models.CharField(_("what the passage said"), max_length=QUOTED, blank=True)
    revision = models.ForeignKey(
        Revision,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("version that was read"),
    )
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    resolved_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering: ClassVar = ["-written_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["page", "resolved_at", "-written_at"], name="comment_of_page")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} ({self.written_at:%Y-%m-%d})"

    @property
    def is_resolved(self) -> bool:
        """Tell whether somebody settled it."""
        return self.resolved_at is not None

    @property
    def anchor(self) -> str:
        """Return its anchor on a page."""
        return f"kommentar-{self.pk}"


class Reply(models.Model):
    """An answer to a comment."""

    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="replies", verbose_name=_("comment")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    text = models.TextField(_("text"), max_length=LONGEST)
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.comment_id} ({self.written_at:%Y-%m-%d})"


class Watch(models.Model):
    """Somebody wants to hear of changes: on a page and all below it (a measure, a group, a space), or of a tag."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    page = models.ForeignKey(
        KnowledgePage,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("page"),
    )
    tag = models.SlugField(_("key of a tag"), max_length=80, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("watched page")
        verbose_name_plural = _("watched pages")
        ordering: ClassVar = ["-since", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "page"], name="one_watch_a_page"),
            models.UniqueConstraint(
                fields=["person", "tag"], condition=~models.Q(tag=""), name="one_watch_a_tag"
            ),
            models.CheckConstraint(
                name="a_page_or_a_tag_is_watched",
                condition=models.Q(page__isnull=True) ^ models.Q(tag=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.tag or self.page_id}"


class HappeningQuerySet(models.QuerySet["Happening"]):
    """What happened, by who may hear of it."""

    def visible_to(self, user: Person) -> HappeningQuerySet:
        """Keep what happened on pages that `user` may read, in passages and comments that this person sees."""
        seen = Comment.objects.visible_to(user).order_by()
        return self.filter(
            visible_pages(user, "page__"),
            models.Q(comment__isnull=True) | models.Q(comment__in=seen.values("pk")),
            open_passages(user, "passage"),
        )


class Happening(models.Model):
    """Something that happened on a watched page, until its watchers were told."""

    class What(models.TextChoices):
        """What it was."""

        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        ENTRY = "entry", _("new entry")
        COMMENTED = "commented", _("commented on")

    page = models.ForeignKey(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    passage = models.UUIDField(_("key of the passage"), null=True, blank=True)
    old = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    new = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(_("watchers told at"), null=True, blank=True)

    objects = HappeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("happening on a watched page")
        verbose_name_plural = _("happenings on watched pages")
        ordering: ClassVar = ["-happened_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["happened_at"],
                name="happening_to_tell",
                condition=models.Q(told_at__isnull=True),
            ),
            models.Index(fields=["page", "-happened_at"], name="happening_of_page"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.page_id}"


class ReadingRequest(models.Model):
    """Somebody who publishes a page asks people to confirm that they read it."""

    page = models.ForeignKey(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("who asks"),
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    due_on = models.DateField(_("to be read by"))
    asked = models.PositiveIntegerField(_("people asked"), default=0)
    confirmed = models.PositiveIntegerField(_("people who confirmed"), default=0)
    names_removed_at = models.DateTimeField(_("names removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("request to read")
        verbose_name_plural = _("requests to read")
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.page_id} ({self.asked_at:%Y-%m-%d})"


class Reading(models.Model):
    """One person who was asked, and whether this person confirmed; removed when the term is over."""

    request = models.ForeignKey(ReadingRequest, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation of reading")
        verbose_name_plural = _("confirmations of reading")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "person"], name="one_reading_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.person_id}"
