"""People, the organisations they belong to, and the circles they work in."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    """Sorts of organisations; our classification, not the council paper's."""

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
    """A person's task for the whole platform, or for all people of their organisation, besides roles on spaces."""

    NONE = "", pgettext_lazy("platform role", "None")
    CURATOR = "curator", _("Curator")
    ADMINISTRATOR = "administrator", _("Administrator")
    DATA_PROTECTION = "data_protection", _("Data protection")
    ORGANISATION = "organisation", _("Administration of the organisation")


class Organisation(models.Model):
    """A body that takes part: it owns content, and its people can be granted rights together.

    Guardian knows it by its `group`, of which all its people are members.
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
    left_at = models.DateTimeField(_("left the platform at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["short_name"]

    def __str__(self) -> str:
        return self.short_name

    @property
    def url(self) -> str:
        """Return the address of the organisation's page."""
        return reverse("profiles:organisation", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, making the group the first time."""
        with transaction.atomic():
            if self.group_id is None:
                self.group = Group.objects.create(name=f"organisation:{self.slug}")
            super().save(*args, **kwargs)


class OldShortName(models.Model):
    """A former short name of an organisation; it still leads to the organisation's page."""

    slug = models.SlugField(max_length=80, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="old_short_names"
    )

    class Meta:
        verbose_name = _("old short name")
        verbose_name_plural = _("old short names")

    def __str__(self) -> str:
        return self.slug


class Circle(models.Model):
    """People of several organisations who work together, such as a working group.

    One circle may be everybody's: it has the people of all organisations, those that join later included. What every
    organisation may read is granted to that circle, once.
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
        """Save, making the group the first time and adding everybody if the circle is everybody's."""
        with transaction.atomic():
            is_new = self.group_id is None
            if is_new:
                self.group = Group.objects.create(name=f"circle:{self.slug}")
            super().save(*args, **kwargs)
            if is_new and self.is_everybody:
                people = User.objects.filter(organisation__isnull=False, is_active=True)
                Membership.objects.bulk_create(
                    Membership(user=person, group_id=self.group_id) for person in people
                )


class PersonQuerySet(models.QuerySet["User"]):
    """People."""

    def update(self, **kwargs: Any) -> int:
        """Write columns of many people at once; sign out those whose account is closed by it."""
        if "is_active" not in kwargs:
            return super().update(**kwargs)
        with transaction.atomic():
            people = list(self.values_list("pk", flat=True))
            changed = super().update(**kwargs)
            end_sign_ins(list(User.objects.filter(pk__in=people, is_active=False)))
        return changed


class PersonManager(UserManager["User"]):
    """Make people, and end the sign-ins of those whose account is closed."""

    use_in_migrations = False

    def get_queryset(self) -> PersonQuerySet:
        """Return people whose `update` ends sign-ins."""
        return PersonQuerySet(self.model, using=self._db)


class User(AbstractUser):
    """A person who can sign in, and belongs to one organisation and to any number of circles.

    A closed account (`is_active`) keeps its organisation, because what the person wrote keeps both names. It is a
    member of nothing, and every way of closing it ends its sessions and tokens.
    """

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
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    platform_role = models.CharField(
        _("platform role"), max_length=20, choices=PlatformRole.choices, blank=True, default=""
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    closed_at = models.DateTimeField(_("account closed at"), null=True, blank=True, editable=False)
    pseudonymised_at = models.DateTimeField(
        _("name removed at"), null=True, blank=True, editable=False
    )
    # From then on nothing works without a second factor, if one is asked for (`accounts.second_factor`).
    second_factor_due = models.DateTimeField(null=True, blank=True, editable=False)
    # Counted up when all sign-ins end: a session must carry the number of its day.
    sign_in_epoch = models.PositiveIntegerField(default=0, editable=False)
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

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["last_name", "first_name", "username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the memberships that follow from `organisation`: in its group and in everybody's circle.

        A closed account is a member of neither, and is signed out everywhere in the same transaction.
        """
        update_fields = kwargs.get("update_fields")
        written = {"organisation", "is_active"} if update_fields is None else set(update_fields)
        closes = not self.is_active and "is_active" in written and not self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if written & {"organisation", "is_active"}:
                self._belong_to_organisation()
            if closes:
                end_sign_ins([self])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session of this person must carry; it changes with the password and when all sign-ins end."""
        value = f"{self.password}:{self.sign_in_epoch}"
        return salted_hmac(
            "accounts.User.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()

    def _belong_to_organisation(self) -> None:
        following = Q(group__organisation__isnull=False) | Q(group__circle__is_everybody=True)
        groups: list[int] = []
        if self.organisation is not None and self.is_active:
            everybody = Circle.objects.filter(is_everybody=True).values_list("group_id", flat=True)
            groups = [self.organisation.group_id, *everybody]
        Membership.objects.filter(following, user=self).exclude(group__in=groups).delete()
        for group_id in groups:
            Membership.objects.get_or_create(user=self, group_id=group_id)

    @property
    def url(self) -> str:
        """Return the address of this person's page, which answers those who may know of this person."""
        return reverse("profiles:person", args=[self.pk]) if self.is_active else ""

    @property
    def is_curator(self) -> bool:
        """Whether this person curates the platform (the Sicherheitskoordinator)."""
        return self.platform_role == PlatformRole.CURATOR

    @property
    def is_administrator(self) -> bool:
        """Whether this person operates the platform, which gives no right to read."""
        return self.platform_role == PlatformRole.ADMINISTRATOR

    @property
    def is_data_protector(self) -> bool:
        """Whether this person oversees data protection: sees who read what, but not the content."""
        return self.platform_role == PlatformRole.DATA_PROTECTION

    @property
    def managed_organisation_id(self) -> int | None:
        """Number of the organisation whose accounts this person keeps; always this person's own."""
        return self.organisation_id if self.platform_role == PlatformRole.ORGANISATION else None


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by whether they count."""

    def current(self) -> MembershipQuerySet:
        """Return those that have not ended; the end counts at its moment, whether or not a job has run."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))

    def leading(self, person: Any) -> MembershipQuerySet:
        """Return those by which somebody with an open account leads a group now; none for anonymous users."""
        return self.current().filter(
            user=person.pk, user__is_active=True, function=Membership.Function.LEAD
        )


class Membership(models.Model):
    """One person in one group: an organisation's or a circle's."""

    class Function(models.TextChoices):
        """What somebody does in the circle. Leading it means only to say who belongs to it."""

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


class Session(AbstractBaseSession):
    """A session in a browser, with the person who is signed in, so that people find, see and end their own."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="sessions", db_constraint=False
    )

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store that reads and writes these rows."""
        return import_module(settings.SESSION_ENGINE).SessionStore


def belong_to_organisations(people: Sequence[User]) -> None:
    """Make the memberships that follow from the organisations of many new people not written by `save`."""
    everybody = list(Circle.objects.filter(is_everybody=True).values_list("group_id", flat=True))
    Membership.objects.bulk_create(
        [
            Membership(user=person, group_id=group_id)
            for person in people
            if person.organisation is not None
            for group_id in (person.organisation.group_id, *everybody)
        ],
        batch_size=500,
    )


class ErasureOrder(models.Model):
    """Data protection's order to remove a person's name; an administrator carries it out, so that two people agree."""

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="erasure_order", verbose_name=_("person")
    )
    ordered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("ordered by")
    )
    ordered_at = models.DateTimeField(_("ordered at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("order to remove a name")
        verbose_name_plural = _("orders to remove a name")

    def __str__(self) -> str:
        return str(self.person)


def tokens_of(people: Sequence[User]) -> Any:
    """Return the tokens by which programs use the API in these people's names, revoked ones too, as a queryset."""
    tokens: Any = apps.get_model("wagtailcore", "APIToken")
    return tokens.objects.filter(user__in=[person.pk for person in people])


def end_sign_ins(people: Sequence[User]) -> tuple[int, int]:
    """End every session and revoke every token of `people`, in the current transaction.

    Sessions are deleted, and those that a request writes at this moment no longer match (`sign_in_epoch`): reopening an
    account brings none of them back.

    Returns:
        How many sessions and how many tokens were ended.
    """
    keys = [person.pk for person in people]
    sessions, _by_model = Session.objects.filter(user__in=keys).delete()
    revoked = tokens_of(people).filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
    User.objects.filter(pk__in=keys).update(sign_in_epoch=F("sign_in_epoch") + 1)
    for person in people:
        person.sign_in_epoch += 1
    return sessions, revoked
