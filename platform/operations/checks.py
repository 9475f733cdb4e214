"""Find wrong configuration before anything listens: `manage.py` and gunicorn run these checks at the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, transaction

SECRET_KEY_MIN_CHARS = 40  # as many as `secrets.token_urlsafe(30)` makes
_PLACEHOLDERS = ("django-insecure", "change", "insecure", "secret", "example", "only-for-tests")


@register(Tags.security)
def check_debug(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse debug pages: they show settings, queries and content to whoever causes an error."""
    if not settings.DEBUG:
        return []
    return [Error("DEBUG is on.", hint="Remove DEBUG from the settings.", id="operations.E001")]


@register(Tags.security)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a guessable key: it lets anybody forge a session."""
    key = settings.SECRET_KEY
    if len(key) >= SECRET_KEY_MIN_CHARS and not key.lower().startswith(_PLACEHOLDERS):
        return []
    return [
        Error(
            f"The secret key is a placeholder or shorter than {SECRET_KEY_MIN_CHARS} characters.",
            hint="Make one with scripts/make-secrets and name its file in STADTWISSEN_SECRET_KEY_FILE.",
            id="operations.E002",
        )
    ]


@register(Tags.security)
def check_allowed_hosts(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Ask for a list of host names: without it, links in mails can be made to point anywhere."""
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "No host names are set, or all are allowed.",
            hint="Set STADTWISSEN_ALLOWED_HOSTS to the names people type, separated by commas.",
            id="operations.E003",
        )
    ]


@register(Tags.security)
def check_elasticsearch(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse an engine without a password: it shows every text to everybody in its network."""
    if settings.SEARCH_ENGINE != "elasticsearch" or settings.ELASTICSEARCH["password"]:
        return []
    return [
        Error(
            "Elasticsearch is used without a password.",
            hint="Switch its security on and set STADTWISSEN_ELASTICSEARCH_PASSWORD(_FILE).",
            id="operations.E004",
        )
    ]


@register(Tags.database)
def check_samples(
    app_configs: Sequence[AppConfig] | None,
    *,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Refuse sample people in a real installation: they are for trying out."""
    if settings.SAMPLES_ALLOWED or not databases:
        return []
    try:
        with transaction.atomic():  # a missing table must not spoil a transaction around us
            samples = get_user_model().objects.filter(is_sample=True, is_active=True).count()
    except DatabaseError:
        return []  # not migrated yet, or away: the probes and the doctor say so
    if not samples:
        return []
    return [
        Error(
            f"{samples} sample people can sign in to this installation.",
            hint="Remove them with 'manage.py samples remove', or set STADTWISSEN_ALLOW_SAMPLES=1.",
            id="operations.E005",
        )
    ]
