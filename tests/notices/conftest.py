"""A kind of notice whose words stop being given to whoever loses a right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from accounts.models import User
from notices.kinds import Delivery, NoticeKind, Rendered, kinds
from notices.models import Notice

KIND = "tests.kind"


class Words:
    """Renders notices as `About KEY`; nobody in `barred` gets words."""

    def __init__(self) -> None:
        self.barred: set[int] = set()
        self.is_confidential = False

    def __call__(self, recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
        return [
            None
            if recipient.pk in self.barred
            else Rendered(
                f"About {notice.key}",
                text="More of it",
                url="/suche/",
                is_confidential=self.is_confidential,
            )
            for notice in notices
        ]


@pytest.fixture
def words() -> Iterator[Words]:
    made = Words()
    with kinds.override(NoticeKind(KIND, "A kind of tests", made, Delivery.AT_ONCE)):
        yield made
