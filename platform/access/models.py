"""Spaces, and the guardian tables in which rights on them are stored."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from access.roles import Role
from accounts.models import Circle, Organisation, User


class Space(models.Model):
    """A room for content (Bereich): every page and file belongs to exactly one, and rights are given on it."""

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    circle = models.OneToOneField(
        Circle,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="space",
        verbose_name=_("circle"),
        help_text=_("The working group that this space is for, if any."),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="spaces",
        verbose_name=_("organisation"),
        help_text=_("The organisation whose internal space this is, if any."),
    )
    is_curated = models.BooleanField(
        _("curated"),
        default=True,
        help_text=_("Curators are stewards of this space without a grant of their own."),
    )
    position = models.PositiveSmallIntegerField(
        _("place in the menu"), default=0, help_text=_("The lowest first.")
    )
    new_pages_confidential = models.BooleanField(
        _("new pages are confidential"),
        default=False,
        help_text=_("Whoever writes one may choose another handling before it is published."),
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering: ClassVar = ["title"]
        # One for each role; `view_space` is one of Django's default permissions.
        permissions: ClassVar = [
            ("add_to_space", _("Can write drafts in the space")),
            ("publish_in_space", _("Can publish in the space")),
            ("steward_space", _("Can grant access to the space")),
        ]

    def __str__(self) -> str:
        return self.title


def body_of(group: Group) -> Organisation | Circle | None:
    """Return the organisation or circle that a group stands for."""
    body: Organisation | Circle | None = getattr(group, "organisation", None) or getattr(
        group, "circle", None
    )
    return body


class GrantDetails(models.Model):
    """Who gave a permission, when, until when and why; beside guardian's own columns (`access.grants`)."""

    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("granted by"),
    )
    granted_at = models.DateTimeField(_("granted at"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    reminded_at = models.DateTimeField(
        _("reminded at"), null=True, blank=True, editable=False
    )  # that its end comes near

    class Meta:
        abstract = True

    @property
    def principal(self) -> User | Organisation | Circle | None:
        """Whom it was given to; None if a group stands for nothing."""
        row: Any = self  # the columns are guardian's
        return row.user if hasattr(row, "user_id") else body_of(row.group)

    @property
    def role(self) -> Role:
        """The role that it stores; for rows on spaces."""
        row: Any = self
        return Role.of_codename(row.permission.codename)


class SpaceUserObjectPermission(GrantDetails, UserObjectPermissionBase):
    """A permission on a space for one person."""

    content_object = models.ForeignKey(Space, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        unique_together: ClassVar = ["user", "content_object"]


class SpaceGroupObjectPermission(GrantDetails, GroupObjectPermissionBase):
    """A permission on a space for an organisation or a circle, by its group."""

    content_object = models.ForeignKey(Space, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        unique_together: ClassVar = ["group", "content_object"]


class PageShare(GrantDetails):
    """What both kinds of share have beside guardian's columns: how far they reach."""

    include_descendants = models.BooleanField(_("with subpages"), default=False)

    class Meta:
        abstract = True


class PageUserObjectPermission(PageShare, UserObjectPermissionBase):
    """A share (Freigabe): one page, for one person."""

    content_object = models.ForeignKey(
        settings.WAGTAIL_PAGE_MODEL, on_delete=models.CASCADE, related_name="shares_with_people"
    )

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        unique_together: ClassVar = ["user", "content_object"]


class PageGroupObjectPermission(PageShare, GroupObjectPermissionBase):
    """A share (Freigabe): one page, for an organisation or a circle, by its group."""

    content_object = models.ForeignKey(
        settings.WAGTAIL_PAGE_MODEL, on_delete=models.CASCADE, related_name="shares_with_groups"
    )

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        unique_together: ClassVar = ["group", "content_object"]


class Recertification(models.Model):
    """One round in which a space's stewards look at every right in it; open until each is decided on.

    What was decided stands on the grants, shares and memberships themselves (`confirmed_at`), so that a right which is
    given anew is unconfirmed by itself.
    """

    space = models.ForeignKey(
        Space, on_delete=models.CASCADE, related_name="recertifications", verbose_name=_("space")
    )
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("completed by"),
    )

    class Meta:
        verbose_name = _("confirmation of rights")
        verbose_name_plural = _("confirmations of rights")
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["space"],
                condition=Q(completed_at__isnull=True),
                name="one_open_recertification_per_space",
            )
        ]

    def __str__(self) -> str:
        return f"{self.space} ({self.started_at:%Y-%m-%d})"


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    """Requests by what is to be done with them."""

    def undelivered(self) -> AccessRequestQuerySet:
        """Those of which nobody has been told yet, in the order in which they came."""
        return self.filter(state=AccessRequest.State.OPEN, delivered_at__isnull=True).order_by("pk")


class AccessRequest(models.Model):
    """Somebody asks for what lies at an address. Whether there is anything, only stewards learn (`access.requests`)."""

    ADDRESS_LENGTH = 500
    ANSWER_LENGTH = 300

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        GRANTED = "granted", _("granted")
        CLOSED = "closed", _("closed")
        DECLINED = "declined", _("declined")
        REPLACED = "replaced", _("replaced by a later one")
        WITHOUT_TARGET = "without_target", _("nothing to ask for")

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="access_requests",
        verbose_name=_("who asks"),
    )
    address = models.CharField(pgettext_lazy("on the web", "address"), max_length=ADDRESS_LENGTH)
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=ANSWER_LENGTH, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN)
    space = models.ForeignKey(
        Space, on_delete=models.CASCADE, null=True, blank=True, related_name="access_requests"
    )
    page = models.ForeignKey(
        settings.WAGTAIL_PAGE_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        indexes: ClassVar = [
            models.Index(fields=["space", "state"], name="access_request_of_space"),
            models.Index(fields=["requester", "created_at"], name="access_request_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.requester}: {self.address}"


class NarrowedPassage(models.Model):
    """A passage that only the people of some organisations see, by the key that it has in every version and copy.

    It stands beside the page and not in its text, so that no earlier version, draft or restored page widens it. A row
    without organisations is nobody's: they may be dissolved, and their passages must not open to everybody.
    """

    key = models.UUIDField(unique=True, editable=False)
    pages: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        settings.WAGTAIL_PAGE_MODEL, related_name="narrowed_passages"
    )
    organisations = models.ManyToManyField(Organisation, related_name="+")
    narrowed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("narrowed passage")
        verbose_name_plural = _("narrowed passages")

    def __str__(self) -> str:
        return str(self.key)
