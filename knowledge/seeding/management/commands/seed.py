"""`manage.py seed`: load the initial data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from knowledge.seeding.initial import load_initial_data

KIND_LABELS = {
    "organisation": "Organisations",
    "circle": "Circles",
    "field_of_action": "Fields of action",
    "district": "Districts",
    "space": "Spaces",
    "index_page": "Index pages",
    "measure": "Measures",
    "paper": "Council papers",
    "event": "Events",
    "abbreviation": "Abbreviations",
}


class Command(BaseCommand):
    """Says what it created and what it left alone; a second run creates nothing."""

    help = "Load the initial data; what was loaded before is left as people have made it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then report."""
        ledger = load_initial_data()
        for kind in ledger.kinds:
            label = KIND_LABELS[kind]
            created, left_alone = ledger.created[kind], ledger.left_alone[kind]
            self.stdout.write(f"{label}: {created} created, {left_alone} left alone")
