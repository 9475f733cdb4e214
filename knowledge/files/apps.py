"""Configuration of the files app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Files."""

    name = "knowledge.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        """Register the job that removes uploads of forms that nobody finished."""
        from knowledge.files.kept_uploads import forget_kept_uploads
        from schedule.jobs import Job, jobs

        jobs.register(Job("files.forget_uploads", forget_kept_uploads, daily_at=dt.time(3, 40)))
