"""The base model of every page: Wagtail's page with the columns that every kind of knowledge needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractPage, PageManager
from wagtail.models.pages import COMMENTS_RELATION_NAME, AbstractPageMeta
from wagtail.query import PageQuerySet

from access.consequence.confirmation import Refused, one_question
from access.handling import Classification, confidential_among
from access.models import Space
from access.querysets import VisiblePagesMixin
from access.reader import current_reader
from access.rights import can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH, STEP, at_or_below
from accounts.models import Organisation
from audit.context import current_actor
from knowledge.basepage.addresses import address_of, slug_of
from knowledge.basepage.contexts import page_contexts
from knowledge.basepage.permissions import KnowledgePagePermissionTester
from knowledge.basepage.signals import subtree_changed_space

SPACE_ROOT_PATH_LENGTH = STEP * SPACE_ROOT_DEPTH

# Saving a draft writes these columns of the page and nothing that is published.
_DRAFT_COLUMNS = frozenset({
    "draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at", COMMENTS_RELATION_NAME,
})  # fmt: skip

# Set by the installation and never entered; the database holds them to exist and to be unique. So validating asks
# nothing about them, and a version needn't bring its own.
_NEVER_ENTERED = frozenset({
    "alias_of", "content_type", "latest_revision", "live_revision", "locale", "locked_by", "owner", "path", "space",
    "translation_key",
})  # fmt: skip


def is_of_draft(update_fields: Collection[str] | None) -> bool:
    """Tell whether what is saved of a page is its draft alone: nothing that readers, search or references know."""
    return update_fields is not None and _DRAFT_COLUMNS.issuperset(update_fields)


class KnowledgePageQuerySet(VisiblePagesMixin, PageQuerySet):
    """Pages; `visible_to` keeps what a reader may see."""

    def descendant_of_q(self, other: Any, inclusive: bool = False) -> Q:
        """Return the condition to lie below a page; `child_of` asks it, too. Wagtail's own finds no index on SQLite."""
        condition = at_or_below(other.path) & Q(depth__gte=other.depth)
        return condition if inclusive else condition & ~Q(pk=other.pk)


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

    locale_id: int | None

    objects = KnowledgePageManager()

    # `knowledge.wagtail_edge.own_search` keeps the index of Wagtail's admin.
    search_auto_update = False

    # Closed until a page type says below which others it may lie.
    parent_page_types: ClassVar[list[str]] = []

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
            # The children of a page, and the home pages of all spaces, which are on every page.
            models.Index(fields=["depth", "path"], name="page_depth_path"),
        ]

    def get_url(self, request: Any = None, current_site: Any = None) -> str:
        """Return the address; there is one site, so Wagtail's look-up of sites is not needed."""
        return address_of(self.url_path)

    url = property(get_url)

    def _set_core_field_defaults(self) -> None:
        """Make the slug of a new page from its title; Wagtail would drop the umlauts."""
        # Wagtail's own condition: without a place in the tree there are no siblings to differ from.
        has_place = bool(self.path or getattr(self, "_cached_parent_obj", None))
        slug = slug_of(self.title)
        if has_place and slug and not self.slug:
            self.slug: str = self._get_autogenerated_slug(slug)
        if has_place and self.locale_id is None and (parent := self.get_parent()) is not None:
            self.locale_id = parent.locale_id
        super()._set_core_field_defaults()

    def full_clean(self, exclude: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        """Validate what is entered."""
        super().full_clean({*(exclude or ()), *_NEVER_ENTERED}, *args, **kwargs)

    def is_site_root(self) -> bool:
        """Tell whether the site begins here; nowhere in a space."""
        is_above_spaces = self.depth is not None and self.depth < SPACE_ROOT_DEPTH
        return is_above_spaces and super().is_site_root()

    def with_content_json(self, content: Any) -> Any:
        """Return the page as a version has it, in the space in which it lies now: a page may have moved since."""
        own = {name: value for name, value in content.items() if name not in _NEVER_ENTERED}
        page = super().with_content_json(own)
        page.space_id, page.live_revision_id = self.space_id, self.live_revision_id
        return page

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save in one transaction, settling the page and what lies below it in the right space.

        Raises:
            NotConfirmed: If shares let more people read it then, and the person who acts wasn't asked.
            Refused: If it is an alias of a page in another space.
        """
        if is_of_draft(kwargs.get("update_fields")):
            # Needs the model of pages, which is this one.
            from wagtail.signal_handlers import disable_reference_index_auto_update

            with disable_reference_index_auto_update():
                return super().save(*args, **kwargs)
        is_new = self._state.adding
        with one_question() as question:
            left, moved_to = self.space_id, self._settle_in_space()
            self._check_source()
            if question is not None and self.live and not is_new:
                question.watch(self, whole=moved_to is not None)
            if moved_to is not None and kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "space"}
            result = super().save(*args, **kwargs)
            if moved_to is not None:
                self._take_subtree_along(moved_to, left=left)
            if question is not None and is_new:
                question.made(self, source=self.alias_of)
        return result

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Publish a revision, or note that it will be; aliases follow in the same transaction.

        Raises:
            NotConfirmed: If shares let more people read it then, and the person who acts wasn't asked.
        """
        with one_question(user):
            return super().publish(revision, user=user, **kwargs)

    def permissions_for_user(self, user: Any) -> Any:
        """Return what the admin offers `user` to do with this page."""
        specific = self.specific_class
        if specific and specific.permissions_for_user != type(self).permissions_for_user:
            return self.specific_deferred.permissions_for_user(user)
        return KnowledgePagePermissionTester(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the rooms above registered for pages of all kinds."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        for one in page_contexts:
            context.update(one.build(self, request))
        return context

    def get_admin_display_title(self) -> str:
        """Return the latest draft's title to whoever may read drafts, else the published one."""
        if can(current_reader(), Action.READ_DRAFT, self):
            return self.draft_title or self.title
        return self.title

    # unscoped: keeps the tree's columns right, shows nothing
    def _settle_in_space(self) -> Space | None:
        """Set `space` from the space root above; return it if the page existed in another space before."""
        if len(self.path) <= SPACE_ROOT_PATH_LENGTH:
            return None
        space = Space.objects.get(
            pages__path=self.path[:SPACE_ROOT_PATH_LENGTH], pages__depth=SPACE_ROOT_DEPTH
        )
        is_other = self.space_id != space.pk
        self.space = space
        return space if is_other and not self._state.adding else None

    def _check_source(self) -> None:
        """Refuse an alias of a page in another space: it would show what is written there from then on, unasked."""
        if self.alias_of is not None and self.alias_of.space_id != self.space_id:
            raise Refused(alias_stays(self.alias_of))

    # unscoped: keeps the tree's columns right, shows nothing
    def _take_subtree_along(self, space: Space, *, left: int | None) -> None:
        refuse_to_carry_out(self.path, left)
        subtree = KnowledgePage.objects.filter(at_or_below(self.path))
        subtree.exclude(pk=self.pk).update(space=space)
        parted = Q(pk__in=subtree.values("pk")) | Q(alias_of__in=subtree.values("pk"))
        alias = KnowledgePage.objects.filter(parted).exclude(alias_of__space=F("space"))
        first = alias.filter(alias_of__isnull=False).select_related("alias_of").first()
        if first is not None:
            raise Refused(alias_stays(first.alias_of))
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

    # unscoped: locks a row, shows nothing
    def add_sibling(self, pos: str | None = None, **kwargs: Any) -> Any:
        """Add a page beside this one, one at a time for each parent."""
        with transaction.atomic():
            KnowledgePage.objects.select_for_update().filter(path=self.path[:-STEP]).first()
            self.refresh_from_db(fields=["path", "numchild"])
            return super().add_sibling(pos, **kwargs)

    def move(self, target: Any, pos: str | None = None, user: Any = None) -> Any:
        """Move the page, with its subtree and in one transaction.

        Raises:
            NotConfirmed: If more people can read something of it then, and the person who acts wasn't asked.
            Refused: If an alias and its source would come to lie in two spaces, or something confidential would leave
                its space without a steward.
        """
        with one_question(user):
            return super().move(target, pos=pos, user=user)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the page, with its subtree and in one transaction.

        Raises:
            NotConfirmed: If it held a file back that a share of another page then opens, and nobody was asked.
        """
        with one_question(kwargs.get("user")):
            return super().delete(*args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy the page as the installation; people copy by `knowledge.writing.copying`, which asks and records.

        Raises:
            Refused: If a person acts.
        """
        self._refuse_people(kwargs.get("user"))
        return super().copy(*args, **kwargs)

    def create_alias(self, **kwargs: Any) -> Any:
        """Make an alias as the installation; likewise."""
        self._refuse_people(kwargs.get("user"))
        return super().create_alias(**kwargs)

    def _refuse_people(self, user: Any) -> None:
        if (user or current_actor()) is not None:
            raise Refused(_("Pages are copied where the consequence is shown first."))

    # unscoped: keeps what pages leave; who asks for it later is asked for rights
    def _update_descendant_url_paths(self, old_url_path: str, new_url_path: str) -> None:
        """Keep the old addresses of the page and of all below; Wagtail calls it for every change of an address."""
        below = KnowledgePage.objects.filter(at_or_below(self.path)).exclude(pk=self.pk)
        left = {self.pk: old_url_path, **dict(below.values_list("pk", "url_path"))}
        OldAddress.objects.remember(left)
        super()._update_descendant_url_paths(old_url_path, new_url_path)

    # unscoped: locks a row, shows nothing
    def lock_for_children(self) -> None:
        """Lock this row until the transaction ends, and read the columns that the tree depends on anew."""
        locked = KnowledgePage.objects.select_for_update().only("path", "numchild").get(pk=self.pk)
        self.path, self.numchild = locked.path, locked.numchild


# unscoped: whoever moves pages knows them
def refuse_to_carry_out(path: str, left: int | None) -> None:
    """Let nobody but a steward of the space that is left carry something confidential out of it.

    Args:
        path: Of the page that moves with all below it.
        left: Primary key of the space.

    Raises:
        Refused: If something there is confidential, and the person who acts is no steward.
    """
    actor = current_actor()
    source = None if left is None else Space.objects.filter(pk=left).first()
    if actor is None or source is None or can(actor, Action.LOWER_CLASSIFICATION, source):
        return
    found = confidential_among(at_or_below(path)).first()
    if found is not None:
        raise Refused(
            _(
                "“%(page)s” is confidential. Only those responsible for the space “%(space)s” may move it into "
                "another one."
            )
            % {"page": found.get_admin_display_title(), "space": source.title}
        )


def alias_stays(source: KnowledgePage) -> str:
    """Return why a page and its alias can't lie in two spaces."""
    return _(
        "“%(page)s” and its alias must lie in the same space: the alias shows whatever is written there. Copy the "
        "page instead, or make the alias an ordinary page first."
    ) % {"page": source.get_admin_display_title()}


class OldAddressQuerySet(models.QuerySet["OldAddress"]):
    """Addresses that pages had."""

    # unscoped: keeps what pages leave; who asks for it later is asked for rights
    def remember(self, left: dict[int, str]) -> None:
        """Note addresses that pages leave now, given by the pages' keys.

        What was never published had no address for readers, so nothing is noted of it.
        """
        published = KnowledgePage.objects.filter(pk__in=left, first_published_at__isnull=False)
        self.bulk_create(
            [
                self.model(page_id=pk, url_path=left[pk])
                for pk in published.values_list("pk", flat=True)
            ],
            update_conflicts=True,
            unique_fields=["url_path", "page"],
            update_fields=["left_at"],
        )


class OldAddress(models.Model):
    """An address that a page had once and that still leads to it.

    Several pages may have had one: each reader is led to the last one that is visible to them, so that nothing is told
    of the others.
    """

    url_path = models.CharField(_("old address"), max_length=2000)
    page = models.ForeignKey(
        KnowledgePage,
        on_delete=models.CASCADE,
        related_name="old_addresses",
        verbose_name=_("page"),
    )
    left_at = models.DateTimeField(_("address left at"), default=timezone.now)

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["url_path", "page"], name="one_old_address_a_page")
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        """The old address as people see it."""
        return address_of(self.url_path)
