"""What both sites of `page_view` show, and how their addresses are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

SPACES = 8
EXPECTED = {"page": "Abschnitt 12", "search": "</html>"}

# 12 sections of about 900 characters.
TEXT = (
    "<p>Die zuständigen Stellen stimmen sich <b>regelmäßig</b> ab: Ordnungsamt, Polizei und die städtischen "
    "Gesellschaften nennen je eine Ansprechperson, halten die Ergebnisse fest und prüfen nach einem halben Jahr, "
    "ob die vereinbarten Schritte wirken. Wer Hinweise aus der Nachbarschaft erhält, gibt sie an die gemeinsame "
    "Stelle weiter; dort werden sie gebündelt und nach Dringlichkeit geordnet.</p>"
    "<ul><li>Beleuchtung und Einsehbarkeit prüfen</li><li>Reinigung und Präsenz abstimmen</li>"
    "<li>Ergebnisse in der Arbeitsgruppe vorstellen</li></ul>"
    "<p>Für eilige Fälle gilt die Rufbereitschaft der jeweiligen Behörde. Die Zuständigkeit richtet sich nach dem "
    "Gesetz, nicht nach der Person, die zuerst vor Ort war.</p>"
)
BLOCKS = [
    block for n in range(12) for block in (("heading", f"Abschnitt {n + 1}"), ("paragraph", TEXT))
]


def search_paths(begin: str, queries: Sequence[str]) -> list[str]:
    """Return the addresses of searches for these words."""
    return [f"{begin}{quote_plus(query)}" for query in queries]


def described(client: Client, paths: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the session's cookie, and of each view its addresses and the queries of its second answer."""
    made: dict[str, Any] = {"cookie": client.cookies.output(header="", attrs=[]).strip()}
    for view, addresses in paths.items():
        client.get(addresses[0])
        with CaptureQueriesContext(connection) as captured:
            client.get(addresses[0])
        made[view] = {"paths": addresses, "expected": EXPECTED[view], "queries": len(captured)}
    return made
