"""GitHub's API of pull requests. It is asked over HTTPS, so that a runner needs no program for it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from jumpnotes_action.runner import ActionError

_TIMEOUT_SECONDS = 60
_MAX_ANSWER_BYTES = 4_000_000
_FORBIDDEN, _UNPROCESSABLE = 403, 422


class _NoRedirects(HTTPRedirectHandler):
    """The token goes to no other host."""

    def redirect_request(self, *_arguments: Any, **_options: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class PullRequests:
    """Those of a repository, `owner/name`."""

    repository: str
    token: str

    @classmethod
    def of_run(cls, token: str) -> PullRequests:
        """Those of the repository whose workflow runs."""
        return cls(os.environ["GITHUB_REPOSITORY"], token)

    def find(self, branch: str, base: str) -> tuple[int, str] | None:
        """Number and address of the open one from `branch` to `base`."""
        owner = self.repository.partition("/")[0]
        query = urlencode({"state": "open", "head": f"{owner}:{branch}", "base": base})
        found = self._ask("GET", f"?{query}")
        return (int(found[0]["number"]), str(found[0]["html_url"])) if found else None

    def open(self, branch: str, base: str, title: str, body: str) -> str:
        """Open one. Returns its address.

        Raises:
            ActionError: GitHub refuses.
        """
        made = self._ask("POST", "", {"title": title, "head": branch, "base": base, "body": body})
        return str(made["html_url"])

    def update(self, number: int, body: str) -> None:
        """Have it say what it is now.

        Raises:
            ActionError: GitHub refuses.
        """
        self._ask("PATCH", f"/{number}", {"body": body})

    def _ask(self, method: str, path: str, content: dict[str, str] | None = None) -> Any:
        api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
        request = Request(  # noqa: S310 - the runner says where GitHub is
            f"{api}/repos/{quote(self.repository)}/pulls{path}",
            data=None if content is None else json.dumps(content).encode(),
            method=method,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "jumpnotes",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with build_opener(_NoRedirects()).open(request, timeout=_TIMEOUT_SECONDS) as answer:
                return json.loads(answer.read(_MAX_ANSWER_BYTES))
        except HTTPError as error:
            raise _refused(error) from error
        except (OSError, HTTPException, ValueError) as error:
            raise ActionError(f"GitHub cannot be asked for pull requests: {error}") from error


def _refused(error: HTTPError) -> ActionError:
    try:
        said = str(json.loads(error.read(_MAX_ANSWER_BYTES))["message"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        said = error.reason
    hint = ""
    if error.code == _FORBIDDEN:
        hint = (
            " The job needs `permissions: contents: write, pull-requests: write`, and the repository the setting "
            "“Allow GitHub Actions to create and approve pull requests” (Settings, Actions, General)."
        )
    elif error.code == _UNPROCESSABLE:
        hint = " Is `base` a branch of the repository?"
    return ActionError(f"GitHub refuses the pull request ({error.code}: {said}).{hint}")
