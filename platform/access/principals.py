"""Whom rights are given to."""

from __future__ import annotations

from typing import Any

from accounts.models import Circle, Organisation, User

Principal = User | Organisation | Circle

_MODELS: dict[str, Any] = {"organisation": Organisation, "circle": Circle, "user": User}


def key_of(principal: Principal) -> str:
    """Return what forms and addresses say for a principal, such as `organisation:5`."""
    return f"{principal._meta.model_name}:{principal.pk}"


def principal_of(key: str) -> Principal | None:
    """Return the principal that `key_of` named; None for anything else."""
    kind, _colon, pk = key.partition(":")
    if kind not in _MODELS or not pk.isdecimal():
        return None
    principal: Principal | None = _MODELS[kind].objects.filter(pk=pk).first()
    return principal


def label_of(principal: Principal) -> str:
    """Return the name of a principal, a person's with the organisation."""
    if isinstance(principal, User) and principal.organisation is not None:
        return f"{principal} ({principal.organisation})"
    return str(principal)
