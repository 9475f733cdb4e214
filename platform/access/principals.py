"""Whom rights are given to."""

from __future__ import annotations

from accounts.models import Circle, Organisation, User

Principal = User | Organisation | Circle
