"""The base model of every page: Wagtail's page with the columns that every kind of knowledge needs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractPage, PageManager
from wagtail.models.pages import AbstractPageMeta
from wagtail.query import PageQuerySet

from access.models import Space
from access.querysets import VisiblePagesMixin
from access.reader import current_reader
from access.rights import Person, can
from access.roles import Action
from accounts.models import Organisation
from knowledge.addresses import address_of
from knowledge.basepage.permissions import KnowledgePagePermissionTester

# Treebeard paths have four characters a level; the root page of a space is at depth 3.
STEP = 4
SPACE_ROOT_DEPTH = 3
SPACE_ROOT_PATH_LENGTH = STEP * SPACE_ROOT_DEPTH


class Classification(models.TextChoices):
    """How a page must be handled. This is no classification of state secrets."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    CONFIDENTIAL = "confidential", _("confidential")


class KnowledgePageQuerySet(VisiblePagesMixin, PageQuerySet):
    """Pages; `visible_to` keeps what a reader may see."""


KnowledgePageManager = PageManager.from_queryset(KnowledgePageQuerySet)


class KnowledgePage(AbstractPage):
    """A page in a space. `save` keeps its space equal to that of the space root above it."""

    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="pages",
        verbose_name=_("space"),
    )
    owning_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_pages",
        verbose_name=_("owning organisation"),
        limit_choices_to={"is_collective": False},
    )
    classification = models.CharField(
        _("handling"),
        max_length=12,
        choices=Classification.choices,
        default=Classification.INTERNAL,
    )
    review_by = models.DateField(_("review by"), null=True, blank=True, db_index=True)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = KnowledgePageManager()

    content_panels: ClassVar = AbstractPage.content_panels
    promote_panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("owning_organisation"),
                FieldPanel("classification"),
                FieldPanel("review_by"),
            ],
            heading=_("About this page"),
        )
    ]

    class Meta(AbstractPageMeta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="page_lies_in_a_space",
                condition=Q(space__isnull=False) | Q(depth__lt=SPACE_ROOT_DEPTH),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["space", "live"], name="page_space_live"),
            models.Index(fields=["url_path"], name="page_url_path"),
            models.Index(fields=["-last_published_at"], name="page_last_published"),
        ]

    def get_url(self, request: Any = None, current_site: Any = None) -> str:
        """Return the address; there is one site, so Wagtail's look-up of sites is not needed."""
        return address_of(self.url_path)

    url = property(get_url)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save in one transaction, settling the page and what lies below it in the right space."""
        with transaction.atomic():
            left, moved_to = self.space_id, self._settle_in_space()
            if moved_to is not None and kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "space"}
            result = super().save(*args, **kwargs)
            if moved_to is not None:
                self._take_subtree_along(moved_to, left=left)
        return result

    def permissions_for_user(self, user: Any) -> Any:
        """Return what the admin offers `user` to do with this page."""
        specific = self.specific_class
        if specific and specific.permissions_for_user != type(self).permissions_for_user:
            return self.specific_deferred.permissions_for_user(user)
        return KnowledgePagePermissionTester(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the files that the reader may see, and what she may do with the page."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["attachments"] = self._attachments_for(request.user)
        if can(request.user, Action.USE_ADMIN) and can(request.user, Action.PUBLISH, self):
            context["edit_url"] = reverse("wagtailadmin_pages:edit", args=[self.pk])
        context["review_overdue"] = bool(self.review_by and self.review_by < timezone.localdate())
        return context

    def _attachments_for(self, user: Person) -> list[dict[str, Any]]:
        """Return the attached files for `components/attachment_list.html`."""
        documents = (one.document for one in self.attachments.select_related("document"))
        return [
            {
                "title": document.title,
                "url": document.url,
                "file_type": document.file_extension,
                "size": document.file_size,
            }
            for document in documents
            if can(user, Action.READ, document)
        ]

    def get_admin_display_title(self) -> str:
        """Return the latest draft's title to whoever may read drafts, else the published one."""
        if can(current_reader(), Action.READ_DRAFT, self):
            return self.draft_title or self.title
        return self.title

    def _settle_in_space(self) -> Space | None:
        """Set `space` from the space root above; return it if the page existed in another space before."""
        if len(self.path) <= SPACE_ROOT_PATH_LENGTH:
            return None
        space = Space.objects.get(
            pages__path=self.path[:SPACE_ROOT_PATH_LENGTH], pages__depth=SPACE_ROOT_DEPTH
        )
        if self.space_id == space.pk:
            return None
        self.space = space
        return None if self._state.adding else space

    def _take_subtree_along(self, space: Space, *, left: int | None) -> None:
        from knowledge.basepage.signals import subtree_changed_space

        subtree = KnowledgePage.objects.filter(path__startswith=self.path)
        subtree.exclude(pk=self.pk).update(space=space)
        subtree_changed_space.send(
            sender=KnowledgePage, path=self.path, space=space, left_space_id=left
        )

    def add_child(self, **kwargs: Any) -> Any:
        """Add a page below this one, one at a time for each parent.

        Treebeard reads the last child's path and writes the next one; two at once would take the same
        (wagtail#3553). The row lock makes the second wait.
        """
        with transaction.atomic():
            self.lock_for_children()
            return super().add_child(**kwargs)

    def add_sibling(self, pos: str | None = None, **kwargs: Any) -> Any:
        """Add a page beside this one, one at a time for each parent."""
        with transaction.atomic():
            KnowledgePage.objects.select_for_update().filter(path=self.path[:-STEP]).first()
            self.refresh_from_db(fields=["path", "numchild"])
            return super().add_sibling(pos, **kwargs)

    def move(self, target: Any, pos: str | None = None, user: Any = None) -> Any:
        """Move the page, with its subtree and in one transaction."""
        with transaction.atomic():
            return super().move(target, pos=pos, user=user)

    def lock_for_children(self) -> None:
        """Lock this row until the transaction ends, and read the columns that the tree depends on anew."""
        locked = KnowledgePage.objects.select_for_update().only("path", "numchild").get(pk=self.pk)
        self.path, self.numchild = locked.path, locked.numchild
