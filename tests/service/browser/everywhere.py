"""What the pages do, they do served by us and, where somebody publishes them so, as files."""

from __future__ import annotations

import pytest

SITE_FOLDER = "archive"
"""The folder of the web server that has the site: it is seldom at the root."""

MEETINGS = {"full", "halves", "long", "seasonal", "shed", "video"}
"""The fixtures of meetings that tests for both have: each time they are the same."""

everywhere = pytest.mark.parametrize("live", ["server", "files"], indirect=True)
"""For tests whose meetings are all there before `live` is."""


def is_files(live: str) -> bool:
    """Whether `live` is a site of files."""
    return live.endswith(f"/{SITE_FOLDER}/")


def address(live: str, slug: str) -> str:
    """The page of a meeting, as it calls itself."""
    return f"{live}meetings/{slug}{'/' if is_files(live) else ''}"
