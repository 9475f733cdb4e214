"""What all forms share."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError


def refused_to(form: Any, refused: ValidationError) -> None:
    """Put what a service refused to the fields of a form that it is about."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for field, errors in refused.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)
