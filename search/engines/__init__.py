"""The one place to get the engine that the settings name."""

from __future__ import annotations

import functools
from pathlib import Path

from search.engines.base import SearchEngine

DEFAULT_ELASTICSEARCH_URL = "http://127.0.0.1:9200"


class UnknownEngine(Exception):
    """SEARCH_ENGINE names no engine."""


@functools.cache
def get_engine() -> SearchEngine:
    """Return the engine chosen by the settings, made once a process.

    Raises:
        UnknownEngine: If SEARCH_ENGINE is neither `tantivy` nor `elasticsearch`.
    """
    from django.conf import settings

    return make_engine(settings.SEARCH_ENGINE)


def make_engine(name: str, *, index: str = "") -> SearchEngine:
    """Make an engine from the settings.

    Args:
        name: `tantivy` or `elasticsearch`.
        index: Another index beside the wiki's own, for evaluation and benchmarks; empty for the wiki's.

    Raises:
        UnknownEngine: If there is no engine of that name.
    """
    from django.conf import settings

    timeout_s = settings.SEARCH_TIMEOUT_S
    if name == "tantivy":
        from search.engines.tantivy import TantivyEngine

        directory = Path(settings.SEARCH_INDEX_DIR)
        return TantivyEngine(
            directory.with_name(f"{directory.name}-{index}") if index else directory
        )
    if name == "elasticsearch":
        from search.engines.elasticsearch import ElasticsearchEngine

        server = settings.ELASTICSEARCH
        prefix = settings.SEARCH_INDEX_NAME
        return ElasticsearchEngine.connect(
            # Evaluation and benchmarks may name this engine where the settings use the other one.
            url=server.get("url") or DEFAULT_ELASTICSEARCH_URL,
            index=f"{prefix}-{index}" if index else prefix,
            user=server.get("user", ""),
            password=server.get("password", ""),
            ca_file=str(server.get("ca_file") or ""),
            timeout_s=timeout_s,
        )
    raise UnknownEngine(
        f"SEARCH_ENGINE={name!r} is unknown; use 'tantivy' or 'elasticsearch' (docs/search.md)."
    )
