"""What passes as a password, and what doesn't."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User

ERIKA = User(
    username="edg",
    first_name="Erika",
    last_name="Müller-Lüdenscheidt",
    email="e.loriot@example.org",
    organisation=Organisation(name="Entsorgung Dortmund GmbH", short_name="EDG"),
)


def complaint(password: str, person: User | None = ERIKA) -> str:
    try:
        validate_password(password, person)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "edgedgedgedg",
        "EDG-2026-edg-1",
        "erika-und-die-7-Zwerge",
        "Luedenscheidt%4711",
        "mit Lüdenscheidt hin",
        "Entsorgung-4711-!",
        "kahn loriot kahn",
    ],
)
def test_parts_of_name_and_organisation_are_no_password(password: str) -> None:
    assert "Teile Ihres Namens" in complaint(password)


@pytest.mark.parametrize("password", ["kzqkzqkzqkzq", "w8w8w8w8w8w8", "::::::::::::"])
def test_what_repeats_itself_is_no_password(password: str) -> None:
    assert "wiederholen" in complaint(password)


@pytest.mark.parametrize(
    "password",
    [
        "passwort1234",
        "P4ssw0rt!!2026",
        "Sommer2026!!!",
        "HalloSchatz2024!",
        "Dortmund1909!",
        "qwertzuiop123",
        "IchLiebeDich1",
        "FrühlingSommerHerbst",
        "iloveyou20261",
    ],
)
def test_common_words_are_no_password_with_digits_either(password: str) -> None:
    assert "viele" in complaint(password, None)


@pytest.mark.parametrize(
    "password",
    [
        "ein-langes-Kennwort-2026",
        "Sturmflut unter Glas",
        "gedgets am Abend 7",
        "hund katze maus elefant",
        "x7Kq-vB2p-Lm9s",
    ],
)
def test_others_pass(password: str) -> None:
    assert complaint(password) == ""
