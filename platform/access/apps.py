"""Configuration of the access app."""

import datetime as dt

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Spaces, roles, and the answer to "may this person?"."""

    name = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        """Register the rules with ourselves and with Wagtail, before anything asks for one."""
        from django.apps import apps
        from wagtail.models import AbstractPage
        from wagtail.permissions import register_permission_policy

        from access.granting.in_frame import register_in_frame
        from access.granting.leaving import OWN_PART
        from access.granting.personal_data import register_sections
        from access.models import Space
        from access.policies import register
        from access.policies.circles import CirclePolicy
        from access.policies.content import FilePolicy, PagePolicy
        from access.policies.people import PersonPolicy
        from access.policies.spaces import SpacePolicy
        from access.policies.wagtail import SpaceFilePermissionPolicy, SpacePagePermissionPolicy
        from access.recertification import checks  # noqa: F401  checks register themselves
        from access.viewing.services import connect
        from accounts import leaving
        from audit.receivers import watch

        watch(
            Space,
            word="space",
            columns=(
                *("slug", "title", "circle_id", "organisation_id"),
                *("is_curated", "position", "new_pages_confidential"),
            ),
        )
        leaving.parts.register(OWN_PART)
        register_sections()
        register_in_frame()
        register("access.Space", SpacePolicy())
        register("accounts.Circle", CirclePolicy())
        register("accounts.User", PersonPolicy())
        register(settings.WAGTAIL_PAGE_MODEL, PagePolicy())
        register_permission_policy(AbstractPage, SpacePagePermissionPolicy())
        for label in (settings.WAGTAILDOCS_DOCUMENT_MODEL, settings.WAGTAILIMAGES_IMAGE_MODEL):
            register(label, FilePolicy())
            model = apps.get_model(label)
            register_permission_policy(model, SpaceFilePermissionPolicy(model))
        connect()
        self._register_notices()

    def _register_notices(self) -> None:
        """Register what people are told about rights, and the jobs that tell it."""
        from access.granting import notices
        from access.recertification import reminders
        from access.requests import notices as request_notices
        from access.requests import services as requests
        from notices.kinds import Delivery, NoticeKind, kinds
        from schedule.jobs import Job, jobs

        at_once, daily = Delivery.AT_ONCE, Delivery.DAILY
        kinds.register(
            NoticeKind(
                notices.SHARE, _("A page was shared with me"), notices.render_shares, at_once
            ),
            NoticeKind(
                notices.ROLE, _("I was given a role in a space"), notices.render_roles, at_once
            ),
            NoticeKind(notices.ENDING, _("A right ends soon"), notices.render_ends, daily),
            NoticeKind(
                reminders.DUE,
                _("The rights in a space have to be confirmed"),
                reminders.render_due,
                daily,
            ),
            NoticeKind(
                requests.NOTICE,
                _("Somebody asks for access"),
                request_notices.render_requests,
                at_once,
            ),
            NoticeKind(
                requests.DECLINED,
                _("My request for access was declined"),
                request_notices.render_declined,
                at_once,
            ),
        )
        jobs.register(
            Job("access.remind_stewards", reminders.remind_stewards, daily_at=reminders.REMIND_AT)
        )
        jobs.register(Job("access.remind", notices.remind_of_ends, daily_at=dt.time(6, 0)))
        jobs.register(
            Job("access.requests", requests.deliver_requests, every=dt.timedelta(minutes=5))
        )
        jobs.register(Job("access.forget", requests.forget_old, daily_at=dt.time(3, 30)))
