"""GitHub's API of pull requests, asked for real on loopback."""

from __future__ import annotations

import pytest
from jumpnotes_action.pulls import PullRequests
from jumpnotes_action.runner import ActionError

from tests.action.github import REPOSITORY, TOKEN, GitHub


def test_a_refusal_says_which_setting_is_missing(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub's default is that no workflow opens pull requests; what it says is told, the token never is."""
    monkeypatch.setenv("GITHUB_API_URL", github.address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    github.refusal = 403, "GitHub Actions is not permitted to create or approve pull requests."

    with pytest.raises(ActionError) as caught:
        PullRequests(REPOSITORY, TOKEN).open("jumpnotes/links", "main", "Title", "Body")

    assert "(403: GitHub Actions is not permitted to create or approve pull requests.)" in str(caught.value)
    assert "Allow GitHub Actions to create and approve pull requests" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_the_token_follows_no_redirect(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another host is never asked."""
    monkeypatch.setenv("GITHUB_API_URL", github.address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    github.refusal = 302, "Found"

    with pytest.raises(ActionError, match="302"):
        PullRequests(REPOSITORY, TOKEN).find("jumpnotes/links", "main")

    assert len(github.asked) == 1
