"""What notes name is found as it stands there, once for each block, and nothing is found that they do not name."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import TopicKind
from pipeline.topics.identifiers import find_references
from tests.pipeline.topics.reading import block, bullets, keys, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("club/hose#12", ["club/hose/12"]),
        ("Club/Hose#12 and club/hose#12", ["club/hose/12"]),
        ("hose#12", ["?hose/12"]),
        ("beds/hose!12", ["?hose/!12"]),
        ("[#12](https://github.com/Club/Hose/pull/99)", ["club/hose/99"]),
        ("[**fix** it](https://github.com/club/hose/issues/7)", ["club/hose/7"]),
        ("https://github.com/club/hose/pull/5/files#r1.", ["club/hose/5"]),
        ("README.md#12, Step#2, Option-B#2", []),
        ("Hello!12", []),
        ("`club/hose#12`", []),
        ("me@club/hose#12", []),
    ],
)
def test_issues_of_a_repository(text: str, found: list[str]) -> None:
    """A link counts for where it leads, whatever it says; case tells nothing."""
    assert keys(text, TopicKind.ISSUE) == found


def test_a_block_names_a_topic_once_and_with_its_address() -> None:
    """Whatever is said first; each block that names it counts."""
    found = find_references(
        bullets("club/hose#12, and again https://github.com/club/hose/pull/12", "club/hose#12", "club/hose#13")
    )

    assert [each.key for each in found] == ["club/hose/12", "club/hose/12", "club/hose/13"]
    assert found[0].url == "https://github.com/club/hose/issues/12"
    assert len({each.block_id for each in found}) == 3


def test_a_link_to_the_pull_request_of_a_document_names_the_document() -> None:
    """But only if it has the number that the link says; an RFC of a project is an issue of its own."""
    link = "[{}](https://github.com/ethereum/EIPs/pull/1559)"

    assert keys(link.format("EIP-1559"), TopicKind.STANDARD) == ["eip/1559"]
    assert keys(link.format("EIP-1"), TopicKind.ISSUE) == ["ethereum/eips/1559"]
    assert keys("[RFC 2094](https://github.com/rust-lang/rfcs/pull/2094)", TopicKind.ISSUE) == ["rust-lang/rfcs/2094"]


def test_templates_and_code_blocks_name_nothing() -> None:
    """Nor does front matter."""
    found = find_references(
        read("---\nissue: club/hose#1\n---\n\n# Call\n\n```\nclub/hose#12\n```\n\n    club/hose#13\n")
    )

    assert found == ()


def test_repositories_are_named_by_links_into_them() -> None:
    """Not by pages of the forge about itself, nor by its help."""
    text = (
        "[a](https://github.com/Club/Hose/tree/main) https://github.com/features/actions https://help.github.com/en/x"
    )

    assert keys(text, TopicKind.REPOSITORY) == ["club/hose"]


@given(st.text(alphabet=st.sampled_from("aZ0129#!/._-:()[] \n<>&;PRISUEpr,EIPv%'@`\u00e9\u4e2d")))
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_strange(html: str) -> None:
    """Of whatever signs: every key can be resolved."""
    for found in find_references(block(html)):
        assert found.block_id == "b"
        assert found.key


@pytest.mark.parametrize(
    "unit", ["#1234 ", "PR ", "a/b#1 ", "1.2.3 ", "a_b", "EIP-1, ", "https://x ", "PRs 123, ", "[&lt;"]
)
def test_long_blocks_take_no_longer_than_they_are_long(unit: str) -> None:
    """Four times as much takes four times as long, not sixteen."""
    taken = []
    for chars in (30_000, 120_000):
        html = block(unit * (chars // len(unit)))
        begun = time.process_time()
        find_references(html)
        taken.append(time.process_time() - begun)

    assert taken[1] < 8 * taken[0] + 0.1


def test_nothing_is_overlooked_in_a_long_block() -> None:
    """In one piece, and in many."""
    plain = block(", ".join(f"#{number}" for number in range(10_000, 20_000)))
    assert len(find_references(plain)) == 10_000
    linked = block("".join(f'<a href="https://github.com/club/hose/pull/{at}">x</a> ' for at in range(1, 3_001)))
    assert len(find_references(linked)) == 3_000
