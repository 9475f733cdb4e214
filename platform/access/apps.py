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

        from access.leaving import OWN_PART
        from access.models import Space
        from access.personal_data import register_sections
        from access.policies import register
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
        register(settings.WAGTAIL_PAGE_MODEL, PagePolicy())
        register_permission_policy(AbstractPage, SpacePagePermissionPolicy())
        for label in (settings.WAGTAILDOCS_DOCUMENT_MODEL, settings.WAGTAILIMAGES_IMAGE_MODEL):
            register(label, FilePolicy())
            model = apps.get_model(label)
            register_permission_policy(model, SpaceFilePermissionPolicy(model))
