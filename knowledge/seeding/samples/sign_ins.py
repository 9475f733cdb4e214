"""Passwords of the sample people, different in each installation and kept in one file for its operator."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from accounts.models import User

PASSWORD_VARIABLE = "STADTWISSEN_SAMPLE_PASSWORD"  # noqa: S105 - its name, not its value
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_GROUPS, _GROUP_LENGTH = 4, 4


def sign_ins_file() -> Path:
    """Return where the sign-ins are kept: one line each with name, tab, password, tab, who this is."""
    return Path(settings.HOME_DIR) / "sample-sign-ins.txt"


def give_passwords(people: Mapping[str, str]) -> Path:
    """Give a password to each sample person without a known one, and write the file.

    Passwords in the file are kept, unless `STADTWISSEN_SAMPLE_PASSWORD` names another one.

    Args:
        people: Who each person is, by user name, in the order of the file, without deleted people.

    Returns:
        The file.

    Raises:
        ValueError: If a line of the file can't hold the variable's value.
    """
    chosen = os.environ.get(PASSWORD_VARIABLE, "")
    if chosen != chosen.strip() or any(not letter.isprintable() for letter in chosen):
        raise ValueError(
            f"{PASSWORD_VARIABLE} begins or ends with a blank or contains control characters. "
            "Choose another password."
        )
    known = read_sign_ins()
    lines = []
    for user in _in_order(people):
        password = chosen or known.get(user.username) or _random_password()
        if password != known.get(user.username) or not user.has_usable_password():
            user.set_password(password)
            user.save(update_fields=["password"])
        lines.append(f"{user.username}\t{password}\t{people[user.username]}\n")
    _write("".join(lines))
    return sign_ins_file()


def _in_order(people: Mapping[str, str]) -> list[User]:
    found = {user.username: user for user in User.objects.filter(is_sample=True)}
    return [found[name] for name in people if name in found]


def read_sign_ins() -> dict[str, str]:
    """Return the passwords in the file by user name; none if there is no file."""
    file = sign_ins_file()
    if not file.exists():
        return {}
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    return {parts[0]: parts[1] for parts in lines if len(parts) == 3}


def _random_password() -> str:
    groups = (
        "".join(secrets.choice(_LETTERS) for _letter in range(_GROUP_LENGTH))
        for _group in range(_GROUPS)
    )
    return "-".join(groups)


def _write(text: str) -> None:
    """Replace the file in one step, so that no reader sees half of it; only its owner may read it."""
    file = sign_ins_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(file)
