"""Configuration of the files app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Files."""

    name = "knowledge.files"
    label = "files"
    verbose_name = _("Files")
