"""People, the organisations they belong to, and the circles they work in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, Group
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    """What sort of body an organisation is; our classification, not the council paper's."""

    DEPARTMENT = "department", _("Department")
    DIVISION = "division", _("Division")
    MUNICIPAL_COMPANY = "municipal_company", _("Municipal company")
    POLICE = "police", _("Police")
    JUSTICE = "justice", _("Justice")
    MINISTRY = "ministry", _("Ministry")
    FEDERAL = "federal", _("Federal authority")
    ASSOCIATION = "association", _("Association")
    ACADEMIC = "academic", _("Research")
    COUNCIL_BODY = "council_body", _("Council body")
    OTHER = "other", pgettext_lazy("kind of organisation", "Other")


class PlatformRole(models.TextChoices):
    """What a person does for the platform as a whole, beside her roles on spaces."""

    NONE = "", pgettext_lazy("platform role", "None")
    CURATOR = "curator", _("Curator")
    ADMINISTRATOR = "administrator", _("Administrator")
    DATA_PROTECTION = "data_protection", _("Data protection")


class Organisation(models.Model):
    """A body that takes part: it owns content, its people may be granted rights together.

    Its `group` is what guardian knows it by; everybody who belongs to it is a member of that group.
    """

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    note = models.TextField(_("note"), blank=True)
    is_collective = models.BooleanField(
        _("collective term"),
        default=False,
        help_text=_("Stands for a group of bodies, not for one; nobody can belong to it."),
    )
    group = models.OneToOneField(
        Group, on_delete=models.PROTECT, related_name="organisation", editable=False
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["short_name"]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, making the group at the first time."""
        with transaction.atomic():
            if self.group_id is None:
                self.group = Group.objects.create(name=f"organisation:{self.slug}")
            super().save(*args, **kwargs)


class Circle(models.Model):
    """People of several organisations who work together, such as a working group.

    One circle may be everybody's: whoever belongs to an organisation is in it, also to one that joins later. What
    every organisation may read is granted to that circle, once.
    """

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_everybody = models.BooleanField(
        _("everybody"),
        default=False,
        editable=False,
        help_text=_(
            "Everybody who belongs to an organisation is a member; nobody is added by hand."
        ),
    )
    group = models.OneToOneField(
        Group, on_delete=models.PROTECT, related_name="circle", editable=False
    )

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_everybody"],
                condition=Q(is_everybody=True),
                name="one_circle_of_everybody",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, making the group at the first time and taking everybody in if the circle is everybody's."""
        with transaction.atomic():
            is_new = self.group_id is None
            if is_new:
                self.group = Group.objects.create(name=f"circle:{self.slug}")
            super().save(*args, **kwargs)
            if is_new and self.is_everybody:
                people = User.objects.filter(organisation__isnull=False)
                Membership.objects.bulk_create(
                    Membership(user=person, group_id=self.group_id) for person in people
                )


class User(AbstractUser):
    """A person who can sign in. She belongs to one organisation and to any number of circles."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("organisation"),
        limit_choices_to={"is_collective": False},
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    platform_role = models.CharField(
        _("platform role"), max_length=20, choices=PlatformRole.choices, blank=True, default=""
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    # Django's own field, with a membership table that carries function and end date.
    groups: Any = models.ManyToManyField(
        Group,
        through="accounts.Membership",
        through_fields=("user", "group"),
        related_name="user_set",
        related_query_name="user",
        verbose_name=_("groups"),
        blank=True,
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["last_name", "first_name", "username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, keeping the memberships that follow from `organisation`: in its group, in everybody's circle."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            update_fields = kwargs.get("update_fields")
            if update_fields is None or "organisation" in update_fields:
                self._belong_to_organisation()

    def _belong_to_organisation(self) -> None:
        following = Q(group__organisation__isnull=False) | Q(group__circle__is_everybody=True)
        groups: list[int] = []
        if self.organisation is not None:
            everybody = Circle.objects.filter(is_everybody=True).values_list("group_id", flat=True)
            groups = [self.organisation.group_id, *everybody]
        Membership.objects.filter(following, user=self).exclude(group__in=groups).delete()
        for group_id in groups:
            Membership.objects.get_or_create(user=self, group_id=group_id)

    @property
    def is_curator(self) -> bool:
        """Whether she curates the platform (the Sicherheitskoordinator)."""
        return self.platform_role == PlatformRole.CURATOR

    @property
    def is_administrator(self) -> bool:
        """Whether she operates the platform, which gives no right to read."""
        return self.platform_role == PlatformRole.ADMINISTRATOR

    @property
    def is_data_protector(self) -> bool:
        """Whether she watches over data protection: she alone sees who read what, and reads no content by that."""
        return self.platform_role == PlatformRole.DATA_PROTECTION


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by what they count for."""

    def current(self) -> MembershipQuerySet:
        """Those that have not ended; the end counts at its moment, whether or not a job has run."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))


class Membership(models.Model):
    """One person in one group: her organisation's, or a circle's."""

    class Function(models.TextChoices):
        """What she does in the circle; it gives no rights by itself."""

        MEMBER = "member", _("Member")
        LEAD = "lead", _("Lead")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    function = models.CharField(
        _("function"), max_length=10, choices=Function.choices, default=Function.MEMBER
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    added_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "group"], name="one_membership_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.group}"
