"""Configuration of the access app."""

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

        from access import checks  # noqa: F401  registers itself
        from access.models import Space
        from access.policies import register
        from access.policies.circles import CirclePolicy
        from access.policies.content import FilePolicy, PagePolicy
        from access.policies.spaces import SpacePolicy
        from access.recertification import reminders
        from access.wagtail_policies import SpaceFilePermissionPolicy, SpacePagePermissionPolicy
        from audit.receivers import watch
        from notices.kinds import Delivery, register_kind
        from schedule.jobs import register_job

        watch(
            Space,
            word="space",
            columns=("slug", "title", "circle_id", "organisation_id", "is_curated"),
        )
        register_kind(
            reminders.DUE,
            _("The rights in a space have to be confirmed"),
            reminders.render_due,
            delivery=Delivery.DAILY,
        )
        register_job(
            "access.remind_stewards", reminders.remind_stewards, daily_at=reminders.REMIND_AT
        )
        register("access.Space", SpacePolicy())
        register("accounts.Circle", CirclePolicy())
        register(settings.WAGTAIL_PAGE_MODEL, PagePolicy())
        register_permission_policy(AbstractPage, SpacePagePermissionPolicy())
        for label in (settings.WAGTAILDOCS_DOCUMENT_MODEL, settings.WAGTAILIMAGES_IMAGE_MODEL):
            register(label, FilePolicy())
            model = apps.get_model(label)
            register_permission_policy(model, SpaceFilePermissionPolicy(model))
