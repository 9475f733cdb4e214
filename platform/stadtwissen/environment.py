"""Typed readers for environment variables; an odd value stops the start with a sentence that names the cure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


def env_bool(name: str, *, default: bool = False) -> bool:
    """Read a switch: 1/true/yes/on or 0/false/no/off, any case."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is no switch; use 1 or 0.")


def env_int(name: str, *, default: int) -> int:
    """Read a whole number."""
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is no whole number.") from None


def env_list(name: str, *, default: Sequence[str] = ()) -> list[str]:
    """Read a comma-separated list; an empty variable is the empty list."""
    if name not in os.environ:
        return list(default)
    return [part.strip() for part in os.environ[name].split(",") if part.strip()]


def env_secret(name: str, *, required: bool = False) -> str:
    """Read a secret from `NAME`, or from the file that `NAME_FILE` points to.

    Raises:
        ImproperlyConfigured: If it is required and missing, or the file can't be read.
    """
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={file!r} can't be read: {error}.") from error
    value = os.environ.get(name, "")
    if required and not value:
        raise ImproperlyConfigured(f"{name} is missing; set it or {name}_FILE (.env.example).")
    return value


def postgresql_from_url(name: str) -> dict[str, object]:
    """Read a Django database entry from `postgresql://user:password@host:port/database`.

    The password may come from `NAME_PASSWORD` or `NAME_PASSWORD_FILE` instead of the address.
    """
    url = urlsplit(os.environ.get(name, ""))
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must read postgresql://user:password@host:port/database (.env.example)."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.strip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or "") or env_secret(f"{name}_PASSWORD"),
        "HOST": url.hostname or "",
        "PORT": str(url.port or 5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
