"""What the tests of the search share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.config import Settings
from pipeline.refresh import Archive
from tests.pipeline.search.spoken import Open, say


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Makes a database of a language, in which each text is what was said in a meeting: "0", "1", …"""
    archives: list[Archive] = []

    def make(language: str, *texts: str) -> Archive:
        archive = Archive.open(Settings(data_dir=tmp_path_factory.mktemp(language), language=language))
        archives.append(archive)
        for number, text in enumerate(texts):
            say(archive, str(number), text)
        return archive

    yield make
    for archive in archives:
        archive.close()
