"""What one reader may see, as plain values that a query can carry.

A scope is made once a request by `access.scope_for` and handed to whatever lists, searches or counts. It holds no
principals and no models, so that a search engine can filter by it and a property test can generate it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SharedSubtree:
    """One page that was shared with the reader, by its place in the tree.

    Attributes:
        path: Treebeard path of the shared page; each level has four characters.
        include_descendants: Whether its subpages are shared too.
        except_paths: Paths of single pages below that it doesn't reach, because they are confidential.
    """

    path: str
    include_descendants: bool
    except_paths: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Tell whether the share reaches the page at `path`."""
        if path in self.except_paths:
            return False
        return path == self.path or (self.include_descendants and path.startswith(self.path))


@dataclass(frozen=True, slots=True)
class AccessScope:
    """The published content that one reader may see; the empty scope sees nothing.

    Attributes:
        user_id: Primary key of the reader, None for nobody.
        organisation_id: Primary key of the reader's organisation, None for none.
        spaces: Primary keys of the spaces whose published pages may be read.
        shared: Pages outside those spaces that were shared with the reader.
    """

    user_id: int | None = None
    organisation_id: int | None = None
    spaces: frozenset[int] = field(default_factory=frozenset)
    shared: tuple[SharedSubtree, ...] = ()

    def is_among(self, audience: Collection[int]) -> bool:
        """Tell whether the reader belongs to one of these organisations; nobody belongs to none."""
        return self.organisation_id is not None and self.organisation_id in audience

    def allows(self, *, space_id: int, path: str, audience: Collection[int] = ()) -> bool:
        """Tell whether published content at this place may be read.

        Args:
            space_id: The space that the content belongs to.
            path: Treebeard path of its page.
            audience: Organisations to which the passage is narrowed; empty means everybody who may read the page.
        """
        if audience and not self.is_among(audience):
            return False
        return space_id in self.spaces or any(share.covers(path) for share in self.shared)


NOTHING = AccessScope()
