"""Configuration of the access app."""

import datetime as dt

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Spaces, roles, and the answer to "may she?"."""

    name = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        """Register the rules with ourselves and with Wagtail, before anything asks for one."""
        from django.apps import apps
        from wagtail.models import AbstractPage
        from wagtail.permissions import register_permission_policy

        from access import checks, view_as  # noqa: F401  checks register themselves
        from access.leaving import OWN_PART
        from access.models import Space
        from access.personal_data import register_sections
        from access.policies import register
        from access.policies.circles import CirclePolicy
        from access.policies.content import FilePolicy, PagePolicy
        from access.policies.spaces import SpacePolicy
        from access.wagtail_policies import SpaceFilePermissionPolicy, SpacePagePermissionPolicy
        from accounts import leaving
        from audit.receivers import watch

        watch(
            Space,
            word="space",
            columns=("slug", "title", "circle_id", "organisation_id", "is_curated"),
        )
        leaving.register(OWN_PART)
        register_sections()
        register("access.Space", SpacePolicy())
        register("accounts.Circle", CirclePolicy())
        register(settings.WAGTAIL_PAGE_MODEL, PagePolicy())
        register_permission_policy(AbstractPage, SpacePagePermissionPolicy())
        for label in (settings.WAGTAILDOCS_DOCUMENT_MODEL, settings.WAGTAILIMAGES_IMAGE_MODEL):
            register(label, FilePolicy())
            model = apps.get_model(label)
            register_permission_policy(model, SpaceFilePermissionPolicy(model))
        view_as.connect()
        self._register_notices()

    def _register_notices(self) -> None:
        """Register what people are told about rights, and the jobs that tell it."""
        from access import asking, telling
        from access.recertification import reminders
        from notices.kinds import Delivery, register_kind
        from schedule.jobs import register_job

        at_once, daily = Delivery.AT_ONCE, Delivery.DAILY
        for name, label, render, delivery in (
            (telling.SHARE, _("A page was shared with me"), telling.render_shares, at_once),
            (telling.ROLE, _("I was given a role in a space"), telling.render_roles, at_once),
            (telling.ENDING, _("A right ends soon"), telling.render_ends, daily),
            (
                reminders.DUE,
                _("The rights in a space have to be confirmed"),
                reminders.render_due,
                daily,
            ),
            (asking.NOTICE, _("Somebody asks for access"), telling.render_requests, at_once),
        ):
            register_kind(name, label, render, delivery=delivery)
        register_job(
            "access.remind_stewards", reminders.remind_stewards, daily_at=reminders.REMIND_AT
        )
        register_job("access.remind", telling.remind_of_ends, daily_at=dt.time(6, 0))
        register_job("access.requests", asking.deliver_requests, every=dt.timedelta(minutes=5))
        register_job("access.forget", asking.forget_old, daily_at=dt.time(3, 30))
