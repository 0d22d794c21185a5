"""What a workflow may ask for."""

from __future__ import annotations

import pytest
from jumpnotes_action.inputs import Mode, read_inputs
from jumpnotes_action.runner import ActionError

from tests.action.github import definition


@pytest.fixture(autouse=True)
def _defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, each in definition()["inputs"].items():
        monkeypatch.setenv(f"INPUT_{name.upper().replace('-', '_')}", str(each.get("default", "")))
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push")


def test_the_defaults_are_a_pull_request_to_the_branch_of_the_run() -> None:
    """A workflow needs no `with:` at all."""
    inputs = read_inputs()

    assert (inputs.mode, inputs.base, inputs.branch) == (Mode.PULL_REQUEST, "main", "jumpnotes/links")
    assert [str(path) for path in inputs.notes] == ["notes"]


def test_an_address_may_end_with_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are named by their paths below it, which begin with one."""
    monkeypatch.setenv("INPUT_SITE_URL", "https://garden.example/club/")

    assert read_inputs().site_url == "https://garden.example/club"


@pytest.mark.parametrize("event", ["pull_request", "merge_group"])
def test_a_pull_request_is_only_checked(event: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the mode: that of a fork has no token that may write."""
    monkeypatch.setenv("GITHUB_EVENT_NAME", event)

    assert read_inputs().mode is Mode.CHECK


def test_the_branch_of_the_action_itself_is_only_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workflow that runs on every branch makes no pull request for its own."""
    monkeypatch.setenv("GITHUB_REF", "refs/heads/jumpnotes/links")

    assert read_inputs().mode is Mode.CHECK


def test_strangers_are_given_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """On pull_request_target nothing is done at all."""
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request_target")

    with pytest.raises(ActionError, match="does not run on pull_request_target"):
        read_inputs()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "push"),
        ("MIN", "--remove"),
        ("STYLE", "$(touch x)"),
        ("MODEL", "a,b\nc"),
        ("MODEL", "-x"),
        ("BRANCH", "--mirror"),
        ("BASE", "refs/heads/a:b"),
        ("SITE_URL", "javascript:x"),
        ("TRANSCRIPTS", "nowhere"),
    ],
)
def test_an_input_that_cannot_be_used_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them reaches git, jumpnotes or a cache as an option or a second line."""
    monkeypatch.setenv(f"INPUT_{name}", value)

    with pytest.raises(ActionError, match=name.lower().replace("_", "-")):
        read_inputs()
