"""Check whether the collected static files are those of this version."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

_LOCK_FILES = ("uv.lock", "package-lock.json")


def _stamp() -> Path:
    return Path(settings.STATIC_ROOT).with_name("static-fingerprint")


def assets_fingerprint() -> str:
    """Return a value that changes with our assets and with the locked packages that bring theirs."""
    digest = hashlib.sha256()
    for name in _LOCK_FILES:
        digest.update((settings.BASE_DIR / name).read_bytes())
    own = (path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*"))
    for path in sorted(path for path in own if path.is_file()):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def collected_fingerprint() -> str:
    """Return what `remember_collected` kept, or an empty string if nothing (or not all) is there."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return ""
    try:
        return _stamp().read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def remember_collected(fingerprint: str) -> None:
    """Note that the static files of `fingerprint` are in `STATIC_ROOT`, complete."""
    _stamp().write_text(fingerprint, encoding="ascii")
