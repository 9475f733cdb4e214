"""Fill in sheets as a browser does, and confirm what they ask."""

from __future__ import annotations

from typing import Any

from django.test import Client


def fields_of(rows: Any) -> dict[str, str]:
    """Return the fields of a shown sheet, untouched."""
    data = {"rows": " ".join(row.key for row in rows)}
    for row in rows:
        data |= {
            f"{row.key}-was": row.was,
            f"{row.key}-choice": row.typed.choice,
            f"{row.key}-until": row.typed.day,
            f"{row.key}-reason": row.typed.reason,
        }
    return data


def sheet_at(client: Client, url: str) -> dict[str, str]:
    """Open the page and return its sheet's fields."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return fields_of(answer.context["sheet"].rows)


def confirmation_of(asked: Any) -> dict[str, Any]:
    """Return what the page with the consequence sends when it is confirmed."""
    assert asked.status_code == 200, asked
    assert asked.context["consequence"] is not None, asked.content.decode()
    hidden: dict[str, Any] = asked.context["hidden"]
    return hidden


def confirm(client: Client, url: str, data: dict[str, Any]) -> tuple[Any, Any]:
    """Send a form, then send what the page with the consequence asks to confirm; return both answers."""
    asked = client.post(url, data)
    return asked, client.post(url, confirmation_of(asked))


def words_of(consequence: Any) -> str:
    """Return everything that a consequence says."""
    said = [*consequence.warnings, *consequence.total]
    for item in consequence.items:
        said += [item.label, item.change, *item.effects]
    return "\n".join(str(one) for one in said)
