"""Names in code: one name that is marked as such, or a word that nobody would write otherwise."""

from __future__ import annotations

import pytest

from pipeline.records import TopicKind
from tests.pipeline.topics.reading import keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`dns_events` and soil_events", ["dns_events", "soil_events"]),
        ("`Dns_Events` is `dns_events`", ["dns_events"]),
        ("`foo()`, `std::stoul(x)`, `bed->run`", ["foo", "std::stoul", "bed->run"]),
        ("`--disable_events` and `-Wconversion`", ["disable_events", "wconversion"]),
        ("call get_node_key() there", ["get_node_key"]),
        ("`systemd`", ["systemd"]),
        ("`rm -rf x`, `3`, `x`, `a1b2c3d4`, `deadbeef1`", []),
        ("`README.md`, my_notes.md and a_picture.png", []),
        ("`feed.atom`, `beds/feed.atom`, `beds/index.html/x`, `beds/Feed.Atom/x`, `feed.atoms`", ["feed.atoms"]),
        ("`true`, `None`, `available`, `the`", []),
        ("me_too@example.org, https://example.org/a_b, @my_handle", []),
        ("a_b_c_d_e_f_g_h", []),
        ("snake_case", ["snake_case"]),
        ("**bold_name**", ["bold_name"]),
        ("`__init__`", []),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    """No commands, no numbers, no hashes, no files, no words that say nothing, no parts of addresses."""
    assert keys(text, TopicKind.CODE) == found
