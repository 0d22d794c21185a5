"""What an address names, whichever forge it is of. No request is made."""

from __future__ import annotations

import pytest

from pipeline.topics.trackers import issue_in, named_by, repository_of


@pytest.mark.parametrize(
    ("url", "key", "name"),
    [
        ("https://github.com/Club/Hose/issues/12#issuecomment-3", "club/hose/12", "Hose#12"),
        ("https://github.com/club/hose/pull/12/commits/abc", "club/hose/12", "hose#12"),
        ("https://www.github.com/club/hose/discussions/12", "club/hose/12", "hose#12"),
        ("https://gitlab.com/club/beds/hose/-/issues/12", "gitlab.com/club/beds/hose/12", "hose#12"),
        ("https://gitlab.com/club/hose/-/merge_requests/12/diffs", "gitlab.com/club/hose/!12", "hose!12"),
        ("https://git.club.example/a/b/issues/12", "git.club.example/a/b/12", "b#12"),
        ("https://codeberg.org/club/hose/pulls/12", "codeberg.org/club/hose/12", "hose#12"),
        ("https://bitbucket.org/club/hose/pull-requests/12", "bitbucket.org/club/hose/!12", "hose!12"),
        ("https://issues.club.example/browse/HOSE-12?x=1", "issues.club.example/hose-12", "HOSE-12"),
        ("https://linear.app/club/issue/HOS-12/title", "linear.app/hos-12", "HOS-12"),
        ("https://bugs.club.example/show_bug.cgi?id=12", "bugs.club.example/bug/12", "bug 12"),
        ("https://bugs.launchpad.net/ubuntu/+bug/12", "bugs.launchpad.net/bug/12", "bug 12"),
        ("https://bugs.python.org/issue12", "bugs.python.org/bpo/12", "bpo 12"),
        ("https://go-review.googlesource.com/c/go/+/12", "go-review.googlesource.com/change/12", "change 12"),
        ("https://eips.ethereum.org/EIPS/eip-12", "eip/12", "EIP-12"),
    ],
)
def test_what_an_address_names(url: str, key: str, name: str) -> None:
    """Whatever follows the number."""
    found = named_by(url)

    assert found is not None
    assert (found.key, found.name) == (key, name)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/club/hose/issues",
        "https://github.com/club/hose/issues/new",
        "https://github.com/orgs/club/discussions/12",
        "https://github.com/issues/12",
        "https://example.org/2024/issues/12abc",
        "https://example.org/a/b/c/d/issues/12",
        "ftp://github.com/club/hose/issues/12",
        "/club/hose/issues/12",
        "https://[::1",
        "https://issues.example/browse/hose-12",
        "mailto:a@example.org",
        "https://github.com/../../issues/12",
        "https://github.com/club/./pull/12",
        "https://gitlab.com/club/%2E%2E/hose/-/issues/12",
        "https://../a/b/issues/12",
        "https://a..example/a/b/issues/12",
        "https://evil.example%22onclick=x/a/b/issues/12",
        "https://evil.example%22onclick=x/browse/HOSE-12",
    ],
)
def test_what_names_nothing(url: str) -> None:
    """Lists, forms, pages of an organisation, other schemes, addresses that are none."""
    assert named_by(url) is None


def test_where_an_issue_is() -> None:
    """The address is whole, without what followed; of a repository elsewhere than at GitHub, nobody can tell."""
    found = named_by("https://github.com/club/hose/pull/12/files#r1")

    assert found is not None
    assert found.url == "https://github.com/club/hose/pull/12"
    assert issue_in("club/hose", 12) == ("club/hose/12", "https://github.com/club/hose/issues/12")
    assert issue_in("gitlab.com/club/hose", 12) == ("gitlab.com/club/hose/12", None)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://github.com/Club/Hose.git", "club/hose"),
        ("https://github.com/club/hose/blob/main/a.md", "club/hose"),
        ("https://gitlab.com/club/hose", "gitlab.com/club/hose"),
        ("https://github.com/club", None),
        ("https://github.com/settings/tokens", None),
        ("https://gist.github.com/club/123abc", None),
        ("https://docs.github.com/en/rest", None),
        ("https://example.org/club/hose", None),
        ("https://github.com/club/-/hose", None),
        ("https://[::1", None),
        ("https://github.com/../..", None),
        ("https://github.com/club/..", None),
        ("https://github.com/club/feed.atom", None),
        ("https://git.x'y/club/hose", None),
    ],
)
def test_repositories(url: str, key: str | None) -> None:
    """At a forge, but not what it says about itself."""
    found = repository_of(url)

    assert (found.key if found else None) == key


@pytest.mark.parametrize("where", ["bugs.launchpad.net/+bug/", "crbug.com/", "bugs.python.org/issue", "a.org/c/x/+/"])
def test_a_number_has_no_more_than_twelve_digits(where: str) -> None:
    assert named_by(f"https://{where}{'1' * 12}")
    assert named_by(f"https://{where}{'1' * 13}") is None
