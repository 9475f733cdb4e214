"""What a template names is named to its reader alone: whoever may open the page of it, or know the space."""

from __future__ import annotations

from django import template
from django.db.models import Model

from access.naming import address_of
from access.principals import Principal, key_of
from access.rights import visible_or_none
from web.links import linked

register = template.Library()


@register.filter
def reached_by(label: str, key: str) -> object:
    """Write the name of a principal as a link to the page about it, if the reader may open that.

    Args:
        label: Its name as shown.
        key: What `access.principals.key_of` returned; empty for what is no principal.
    """
    return linked({"title": label, "url": address_of(key)})


@register.filter
def reachable(principal: Principal | None) -> object:
    """Write a principal as a link to the page about it, if the reader may open that; nothing for none."""
    return "" if principal is None else reached_by(str(principal), key_of(principal))


@register.filter
def visible(target: Model | None) -> Model | str:
    """Pass a space, page or file through if the reader may see it; nothing for one who may not.

    Whoever was given a page alone doesn't learn the space in which it lies.
    """
    return visible_or_none(target) or ""
