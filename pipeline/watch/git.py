"""git, kept on a short leash: no prompts, no hooks, no filters, no symlinks, no other host than the one that was named.

What is fetched was written by others. The user's own configuration counts for fetching, as it may say how to log in,
and not for writing files, as it may name programs that are run on them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pipeline.errors import GitFailed, GitMissing, NoNetwork
from pipeline.file_names import printable
from pipeline.watch import addresses

MAX_FETCH_SECONDS = 900.0
MAX_LOCAL_SECONDS = 300.0
_MIN_BYTES_A_SECOND = 1_000
_NULL = os.devnull

_KEPT_VARIABLES = frozenset({"GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"})
_SETTINGS = {
    "core.hooksPath": _NULL,
    "core.symlinks": "false",
    "core.fsmonitor": "false",
    "core.askPass": "",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": str(_MIN_BYTES_A_SECOND),
    "fetch.recurseSubmodules": "false",
    "submodule.recurse": "false",
    "gc.autoDetach": "false",  # nothing goes on when git has ended
    "advice.detachedHead": "false",
    "protocol.allow": "never",
}
_PROTOCOLS = ("https", "http", "ssh", "git")
_NO_SHALLOW = "does not support shallow"
_MODE_OF_FILE = re.compile(rb"100(?:644|755) blob ([0-9a-f]{40,64})\t(.+)", re.DOTALL)

_NO_CONNECTION = re.compile(
    r"Could not resolve|Connection (?:refused|reset|timed out)|Failed to connect|unable to connect|timed out"
    r"|Network is unreachable|No route to host|Operation too slow|remote end hung up|Empty reply",
    re.IGNORECASE,
)
_REDIRECTED = re.compile(r"returned error: 30\d|unable to update url base from redirection", re.IGNORECASE)
_NO_BRANCH = re.compile(r"couldn't find remote ref", re.IGNORECASE)


class Repository:
    """A copy of one commit of a repository in the folder `path`: its files, and no history.

    Every method may raise GitMissing, GitFailed, or NoNetwork where the host was not reached.
    """

    def __init__(self, path: Path, address: str, *, timeout_seconds: float = 30.0) -> None:
        self.path = path
        self._remote, self._branch = addresses.branch_of(address)
        self._shown = addresses.shown(address)
        self._timeout = timeout_seconds

    def update(self) -> str:
        """Make the files those of the newest commit, whatever somebody did to them. Returns the commit's id."""
        commit = self.fetch()
        self._local("reset", "--quiet", "--hard", commit)
        self._local("clean", "--quiet", "-ffdx")
        return commit

    def fetch(self) -> str:
        """Fetch the newest commit, and return its id. The files stay as they are."""
        self._make()
        sends_whole = self.path / ".git" / "sends-whole"  # files on a web server: all or nothing
        try:
            self._fetch(*(() if sends_whole.exists() else ("--depth=1",)))
        except GitFailed as error:
            if _NO_SHALLOW not in str(error):
                raise
            sends_whole.touch()
            self._fetch()
        return self._local("rev-parse", "--verify", "FETCH_HEAD^{commit}").decode().strip()

    def blobs(self, commit: str) -> Mapping[bytes, str]:
        """What tells the content of each regular file of a commit from another, by its path."""
        listed = self._local("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
        return {found[2]: found[1].decode() for entry in listed if (found := _MODE_OF_FILE.fullmatch(entry))}

    def is_broken(self) -> bool:
        """Whether the copy is at fault, as a full disk may leave it, and not the host."""
        try:
            self._local("fsck", "--connectivity-only", "--no-dangling")
        except GitFailed:
            return True
        return False

    def remove(self) -> None:
        """Begin anew with the next fetch; the files stay until then."""
        shutil.rmtree(self.path / ".git", ignore_errors=True)

    def _make(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / ".git" / "HEAD").is_file():
            self._local("init", "--quiet", "--initial-branch=main", "--template=")
        for lock in (self.path / ".git").glob("*.lock"):  # of a git that was killed: nobody else is here
            lock.unlink(missing_ok=True)

    def _fetch(self, *options: str) -> None:
        flags = ("--quiet", "--force", "--no-tags", "--no-recurse-submodules", *options)
        self._run("fetch", *flags, "--", self._remote, self._branch, seconds=MAX_FETCH_SECONDS, asks_host=True)

    def _local(self, *arguments: str) -> bytes:
        return self._run(*arguments, seconds=MAX_LOCAL_SECONDS, asks_host=False)

    def _run(self, *arguments: str, seconds: float, asks_host: bool) -> bytes:
        settings = _SETTINGS | {"http.lowSpeedTime": f"{max(self._timeout, 1):.0f}"}
        is_path = "://" not in self._remote and not addresses.is_url(self._remote)
        allowed = ("file",) if is_path or self._remote.startswith("file://") else _PROTOCOLS
        settings |= {f"protocol.{name}.allow": "always" for name in (allowed if asks_host else ())}
        command = ["git", *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")), *arguments]
        try:
            process = subprocess.Popen(
                command,
                cwd=self.path,
                env=_environment(with_own_settings=asks_host),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )  # in the group of this process, so that whoever ends a job with all that it began ends git, too
        except FileNotFoundError as error:
            raise GitMissing from error
        try:
            output, problems = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise GitFailed(self._shown, f"git did not finish within {seconds / 60:.0f} minutes") from error
        finally:
            _end(process)  # also where this process is told to end
        if process.returncode:
            raise self._error(problems.decode(errors="replace"))
        return output

    def _error(self, problems: str) -> GitFailed | NoNetwork:
        text = problems.replace(self._remote, self._shown)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:"))] or lines[-1:]
        problem = printable("; ".join(dict.fromkeys(line.partition(": ")[2] or line for line in told))[:500])
        if _NO_CONNECTION.search(text):
            return NoNetwork(self._shown, problem)
        if _REDIRECTED.search(text):
            return GitFailed(self._shown, "the host sends git elsewhere", hint="Watch the address that it leads to.")
        if _NO_BRANCH.search(text):
            problem = "there is nothing in it yet" if self._branch == "HEAD" else f"it has no branch {self._branch}"
            return GitFailed(self._shown, problem, hint="A branch is chosen by adding #NAME to the address.")
        return GitFailed(self._shown, problem or "git failed, and did not say why")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git, and the helpers that it began: they would go on without it."""
    if process.poll() is None:
        for number in (process.pid, *_begun_by(process.pid)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(number, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        assert pipe
        pipe.close()


def _begun_by(number: int) -> Iterator[int]:
    """The processes that a process began, and those that these began; none where there is no /proc."""
    children = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            children[int(stat.read_text().rpartition(")")[2].split()[1])].append(int(stat.parent.name))
    pending = [number]
    while pending:
        begun = children[pending.pop()]
        yield from begun
        pending += begun


def _environment(*, with_own_settings: bool) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if (not name.startswith("GIT_") and name not in {"SSH_ASKPASS", "DISPLAY"}) or name in _KEPT_VARIABLES
    }
    fixed = {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_CEILING_DIRECTORIES": "/",
        "LC_ALL": "C",
    }
    own = {} if with_own_settings else {"GIT_CONFIG_GLOBAL": _NULL}
    return {"GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=30"} | kept | fixed | own
