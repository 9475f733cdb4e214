"""The shape of the page tree: root, start page, one root page for each space, content below it."""

STEP = 4
"""Characters of a treebeard path a level."""

START_PAGE_DEPTH = 2
SPACE_ROOT_DEPTH = 3
