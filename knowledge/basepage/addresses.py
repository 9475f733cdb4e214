"""Addresses of pages, without a query and without Wagtail's look-up of sites: there is one site."""

from __future__ import annotations

import unicodedata

from django.utils.text import slugify

# The start page's own part of every `url_path`; `knowledge.home.services` makes it with this slug.
START_PAGE_SLUG = "start"
_START_URL_PATH = f"/{START_PAGE_SLUG}/"


def url_path_of(path: str) -> str:
    """Return the `url_path` of the page whose address is `/` followed by `path`."""
    return _START_URL_PATH + path


def address_of(url_path: str) -> str:
    """Return the address of the page with this `url_path`; empty for the root of the tree."""
    return (
        "/" + url_path.removeprefix(_START_URL_PATH) if url_path.startswith(_START_URL_PATH) else ""
    )


_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"}
)


def slug_of(title: str) -> str:
    """Return the part of an address that stands for `title`, umlauts spelt out as Germans expect."""
    return slugify(unicodedata.normalize("NFC", title).translate(_SPELT_OUT))
