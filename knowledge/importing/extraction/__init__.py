"""Text and structure out of uploaded files, read in a confined process of its own.

Nothing here imports Django except `sentences`: the child process starts in a few hundredths of a second and holds
neither settings nor database.
"""

from knowledge.importing.extraction.confined.pool import ExtractionPool, extract_bytes, extract_file
from knowledge.importing.extraction.results import Block, BlockKind, Extraction, Reason

__all__ = [
    "Block",
    "BlockKind",
    "Extraction",
    "ExtractionPool",
    "Reason",
    "extract_bytes",
    "extract_file",
]
