"""A number is an issue where it can be nothing else."""

from __future__ import annotations

import pytest

from pipeline.records import TopicKind
from pipeline.topics.identifiers import find_references
from tests.pipeline.topics.reading import keys, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#6280 is late", ["?6280"]),
        ("(#123)", ["?123"]),
        ("GH-12", ["?12"]),
        ("PR #12 and issue #7", ["?12", "?7"]),
        ("PR 625 and pull request 77", ["?625"]),
        ("PRs 625, 630 and 641 wait", ["?625", "?630", "?641"]),
        ("PR 625 and 641 watering cans", ["?625"]),
        ("issues #12, #13 and #14", ["?12", "?13", "?14"]),
        ("fixes #12", ["?12"]),
        ("PR#123, bug#12", ["?123", "?12"]),
        ("Issue #12 und PR 123 auf Deutsch", ["?12", "?123"]),
        ("Le PR 123 est prêt", ["?123"]),
        ("課題 #1234 を見る", ["?1234"]),
        ("Siehe #1234", ["?1234"]),
        ("MR !12", ["?!12"]),
        ("bug 1234567", ["?1234567"]),
        ("LDK #4208 and Eclair #31", ["?~ldk/4208"]),
        ("the PR of Windows #6280", ["?6280"]),
    ],
)
def test_what_is_an_issue(text: str, found: list[str]) -> None:
    """By a word before it, by its digits, in a list, in several languages; with the name that stands before it."""
    assert sorted(keys(text, TopicKind.ISSUE)) == sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "#1 priority",
        "#12, #13 and #14",
        "meeting #123 was long",
        "see call #201",
        "Newsletters #292, #296, and #297",
        "episode #405",
        "the #100 best roses",
        "Top #100",
        "PR 12%",
        "issue 2021 was hard",
        "EPBS #025",
        "page.html#L10",
        "file.md#123",
        "color #123456",
        "#123abc",
        "##123",
        "x&#35;y",
        "C# 8 and C#8",
        "+49 30 1234567",
        "ticket prices 300 in all",
        "PR 12.5",
        "[Roses #405](https://podcast.example/405)",
    ],
)
def test_what_is_none(text: str) -> None:
    """Ranks, meetings, episodes, percentages, years, anchors, colours, languages and telephone numbers."""
    assert keys(text, TopicKind.ISSUE) == []


def test_the_number_in_a_title_is_that_of_the_meeting() -> None:
    """A heading below it may name an issue."""
    found = find_references(read("# Garden club #1234\n\n## Hose #5678\n\n- PR #12\n"))

    assert [each.key for each in found] == ["?5678", "?12"]
