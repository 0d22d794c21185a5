"""A branch with the links, and a pull request for it. Both are the same ones every time.

The commit is made beside the checkout: neither its branch nor its index changes, no hook runs, and nothing is written
into its configuration. What the notes say is in the files only, never in the commit's message.
"""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence

from jumpnotes_action import report
from jumpnotes_action.inputs import read_inputs
from jumpnotes_action.pulls import PullRequests
from jumpnotes_action.runner import ActionError, annotate, mask, set_output, work_folder

AUTHOR = "github-actions[bot]"
EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"


def publish() -> None:
    """Bring branch and pull request to where they say what was changed, or remove them where nothing was.

    Raises:
        ActionError: git or GitHub refuses.
    """
    inputs, token = read_inputs(), os.environ.get("INPUT_TOKEN", "")
    git = Git(access(token))
    paths = json.loads((work_folder() / "changed.json").read_text())["paths"]
    ref = f"refs/heads/{inputs.branch}"
    tip = git.remote_tip(ref)
    if tip and not git.is_ours(ref, tip):
        annotate("warning", f"{inputs.branch} has commits of somebody else, so it stays. Merge it, or delete it.")
        return
    tree = git.tree_with(paths)
    commit = git.commit(tree) if tree != git("rev-parse", "HEAD^{tree}") else ""
    if commit != tip:
        git("push", "--quiet", f"--force-with-lease={ref}:{tip}", "--", "origin", f"{commit}:{ref}")
    if commit:
        set_output("pull-request", _pull_request(PullRequests.of_run(token), inputs.branch, inputs.base))
    elif tip:
        annotate("notice", f"{inputs.branch} was deleted: there is nothing to change any more.")


def _pull_request(pulls: PullRequests, branch: str, base: str) -> str:
    """Open it, or have it say what it is now. Returns its address."""
    body = (work_folder() / "body.md").read_text(encoding="utf-8")
    if found := pulls.find(branch, base):
        number, address = found
        pulls.update(number, body)
        return address
    return pulls.open(branch, base, report.TITLE, body)


def access(token: str) -> Mapping[str, str]:
    """Variables by which git sends the token, and only the token, to GitHub: on no command line and in no file.

    What the checkout may have kept is emptied first; two such headers are refused.
    """
    if not token:
        return {}
    secret = b64encode(f"x-access-token:{token}".encode()).decode()
    mask(secret)
    key = f"http.{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/.extraheader"
    values = ["", f"AUTHORIZATION: basic {secret}"]
    pairs = {f"GIT_CONFIG_KEY_{number}": key for number in range(len(values))}
    pairs |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(values)}
    return {"GIT_CONFIG_COUNT": str(len(values)), **pairs}


class Git:
    """git in the checkout, with an index of its own."""

    def __init__(self, access: Mapping[str, str]) -> None:
        self._environment = {
            **os.environ,
            **access,
            "GIT_INDEX_FILE": str(work_folder() / "index"),
            "GIT_TERMINAL_PROMPT": "0",
            **{f"GIT_{who}_NAME": AUTHOR for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": EMAIL for who in ("AUTHOR", "COMMITTER")},
        }
        self._environment.pop("INPUT_TOKEN", None)

    def __call__(self, *arguments: str, given: bytes = b"") -> str:
        """What git prints.

        Raises:
            ActionError: it fails.
        """
        command = ["git", "-c", f"core.hooksPath={os.devnull}", *arguments]
        done = subprocess.run(command, input=given, env=self._environment, capture_output=True, check=False)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise ActionError(f"git {arguments[0]} failed: {said}{_hint(said)}")
        return os.fsdecode(done.stdout).strip()

    def remote_tip(self, ref: str) -> str:
        """The commit that a branch is at on GitHub; "" where there is no such branch."""
        return self("ls-remote", "--", "origin", ref).partition("\t")[0]

    def is_ours(self, ref: str, tip: str) -> bool:
        """Whether the last commit of a branch is of this action, so that nobody's work is lost with it."""
        is_shallow = self("rev-parse", "--is-shallow-repository") == "true"
        self("fetch", "--quiet", "--no-tags", *["--depth=1"] * is_shallow, "--", "origin", ref)
        return self("log", "-1", "--format=%ae", tip, "--") == EMAIL

    def tree_with(self, paths: Sequence[str]) -> str:
        """The tree of HEAD with these files as they are now.

        Raises:
            ActionError: one is not in the checkout.
        """
        top = os.path.realpath(self("rev-parse", "--show-toplevel"))
        names = [os.path.relpath(os.path.realpath(path), top) for path in paths]
        if strays := [name for name in names if name.startswith("..")]:
            raise ActionError(f"{strays[0]!r} is not in the checkout.")
        self("read-tree", "HEAD")
        self("-C", top, "update-index", "--add", "--remove", "-z", "--stdin", given=os.fsencode("\0".join(names)))
        return self("write-tree")

    def commit(self, tree: str) -> str:
        """A commit of this tree after HEAD; it is the same one whenever it is made."""
        when = self("log", "-1", "--format=%cI", "HEAD", "--")
        self._environment |= {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        return self("commit-tree", tree, "-p", "HEAD", "-m", report.TITLE)


def _hint(said: str) -> str:
    if "403" in said or "Authentication failed" in said or "could not read Username" in said:
        return "\nThe job needs `permissions: contents: write`, and `token` has to be allowed to write."
    return ""
