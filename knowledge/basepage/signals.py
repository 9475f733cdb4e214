"""What the base page tells rooms above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent inside the transaction that moves a subtree into another space; arguments: path, space, left_space_id.
subtree_changed_space = Signal()
