"""The search of Wagtail's admin on SQLite: what somebody types is words, and never a query of FTS5.

Its backend escapes no quotation marks, so that one of them is a syntax error; a phrase is handed over as a query.
Source: https://www.sqlite.org/fts5.html, "FTS5 Strings".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelsearch.query import Phrase, PlainText

from knowledge.wagtail_edge.patching import replace


def connect() -> None:
    """Have quotation marks and phrases taken for what they are; called once, when the app is ready."""
    # Its models exist on SQLite alone.
    from modelsearch.backends.database.sqlite.query import Lexeme
    from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchQueryCompiler

    replace(Lexeme, "as_sql", _escaped)
    replace(SQLiteSearchQueryCompiler, "build_search_query_content", _phrases_as_words)


def _escaped(original: Callable[..., Any]) -> Callable[..., Any]:
    def as_sql(lexeme: Any, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        template, parameters = original(lexeme, compiler, connection)
        return template, [value.replace('"', '""') for value in parameters]

    return as_sql


def _phrases_as_words(original: Callable[..., Any]) -> Callable[..., Any]:
    def build(compiler: Any, query: Any, config: Any = None) -> Any:
        words = PlainText(query.query_string) if isinstance(query, Phrase) else query
        return original(compiler, words, config=config)

    return build
