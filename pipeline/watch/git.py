"""git, kept on a short leash: no prompts, no hooks, no filters, no symlinks, no other host than the one that was named.

What is fetched was written by others. The user's own configuration counts for fetching, as it may say how to log in,
and not for writing files, as it may name programs that are run on them.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from pipeline.config import Settings
from pipeline.disk_reserve import has_room
from pipeline.errors import DiskFull, GitFailed, GitMissing, NoNetwork
from pipeline.file_names import printable
from pipeline.watch import addresses

MAX_FETCH_SECONDS = 900.0
MAX_LOCAL_SECONDS = 300.0
_PERIOD_SECONDS = 0.25  # between two looks at the room on the disk
_NULL = os.devnull

_KEPT_VARIABLES = frozenset({"GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"})
_SETTINGS = {
    "core.hooksPath": _NULL,
    "core.symlinks": "false",
    "core.fsmonitor": "false",
    "core.askPass": "",
    "http.followRedirects": "false",
    "fetch.recurseSubmodules": "false",
    "submodule.recurse": "false",
    "gc.autoDetach": "false",  # nothing goes on when git has ended
    "advice.detachedHead": "false",
    "protocol.allow": "never",
}
_PROTOCOLS = ("https", "http", "ssh", "git")
_NO_SHALLOW = "does not support shallow"
_FILE = re.compile(rb"(100(?:644|755)) blob ([0-9a-f]{40,64}) +(\d+)\t(.+)", re.DOTALL)

_NO_CONNECTION = re.compile(
    r"Could not resolve|Connection (?:refused|reset|timed out)|Failed to connect|unable to connect|timed out"
    r"|Network is unreachable|No route to host|Operation too slow|remote end hung up|Empty reply",
    re.IGNORECASE,
)
_REDIRECTED = re.compile(r"returned error: 30\d|unable to update url base from redirection", re.IGNORECASE)
_NO_BRANCH = re.compile(r"couldn't find remote ref", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _CommittedFile:
    """A regular file of a commit."""

    path: bytes
    mode: str
    blob: str  # its id
    size: int  # in bytes


class Repository:
    """A copy of one commit of a repository in the folder `path`: its files, and no history.

    What a host may cost is in the settings, as it is for recordings. Every method may raise GitMissing, GitFailed,
    NoNetwork where the host was not reached, or DiskFull where a reserve would not stay free.
    """

    def __init__(self, path: Path, address: str, settings: Settings | None = None) -> None:
        self.path = path
        remote, self._branch = addresses.branch_of(address)
        self._remote, self._login = _without_login(remote)
        self._shown = addresses.shown(address)
        self._limits = settings or Settings(data_dir=path)

    def update(self, *, is_wanted: Callable[[Path, int], bool] = lambda _path, _size: True) -> str:
        """Make the files those of the newest commit, whatever somebody did to them. Returns the commit's id.

        Args:
            is_wanted: whether the file at a path, of so many bytes, is written; the others are left out.
        """
        commit = self.fetch()
        files = [each for each in self._files(commit) if is_wanted(Path(os.fsdecode(each.path)), each.size)]
        if not has_room(self.path, sum(each.size for each in files if not self._is_there(each))):
            raise self._disk_full()
        self._local("read-tree", "--reset", "-u", self._tree(files))
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
        return {each.path: each.blob for each in self._files(commit)}

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

    def _files(self, commit: str) -> Iterator[_CommittedFile]:
        """The regular files of a commit."""
        for entry in self._local("ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0"):
            if found := _FILE.fullmatch(entry):
                yield _CommittedFile(found[4], found[1].decode(), found[2].decode(), int(found[3]))

    def _is_there(self, file: _CommittedFile) -> bool:
        with suppress(OSError):
            return (self.path / os.fsdecode(file.path)).lstat().st_size == file.size
        return False

    def _tree(self, files: Iterable[_CommittedFile]) -> str:
        """The id of a tree of these files."""
        entries = b"".join(f"{each.mode} {each.blob}\t".encode() + each.path + b"\0" for each in files)
        index = self.path / ".git" / "wanted-index"
        index.unlink(missing_ok=True)
        self._local("update-index", "-z", "--index-info", index=index, given=entries)
        return self._local("write-tree", index=index).decode().strip()

    def _make(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / ".git" / "HEAD").is_file():
            self._local("init", "--quiet", "--initial-branch=main", "--template=")
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Of a git that was killed: nobody else is here."""
        folder = self.path / ".git"
        for pattern in ("*.lock", "objects/pack/tmp_*", "objects/[0-9a-f][0-9a-f]/tmp_*"):
            for left in folder.glob(pattern):
                left.unlink(missing_ok=True)

    def _fetch(self, *options: str) -> None:
        flags = ("--quiet", "--force", "--no-tags", "--no-recurse-submodules", *options)
        seconds, set_seconds = MAX_FETCH_SECONDS, self._limits.download_hours * 3600
        hint = None
        if set_seconds < seconds:
            seconds, hint = set_seconds, "Set JUMPNOTES_DOWNLOAD_HOURS higher, or watch a smaller repository."
        self._run("fetch", *flags, "--", self._remote, self._branch, seconds=seconds, late_hint=hint, asks_host=True)

    def _local(self, *arguments: str, index: Path | None = None, given: bytes = b"") -> bytes:
        return self._run(*arguments, seconds=MAX_LOCAL_SECONDS, index=index, given=given)

    def _run(
        self,
        *arguments: str,
        seconds: float,
        late_hint: str | None = None,
        asks_host: bool = False,
        index: Path | None = None,
        given: bytes = b"",
    ) -> bytes:
        settings = _SETTINGS | {
            "http.lowSpeedTime": f"{max(self._limits.timeout, 1):.0f}",
            "http.lowSpeedLimit": f"{max(self._limits.download_rate * 1000, 1):.0f}",
        }
        is_path = "://" not in self._remote and not addresses.is_url(self._remote)
        allowed = ("file",) if is_path or self._remote.startswith("file://") else _PROTOCOLS
        settings |= {f"protocol.{name}.allow": "always" for name in (allowed if asks_host else ())}
        command = ["git", *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")), *arguments]
        env = _environment(with_own_settings=asks_host) | (self._login if asks_host else {})
        try:
            process = subprocess.Popen(
                command,
                cwd=self.path,
                env=env | ({"GIT_INDEX_FILE": str(index)} if index else {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )  # in the group of this process, so that whoever ends a job with all that it began ends git, too
        except FileNotFoundError as error:
            raise GitMissing from error
        try:
            output, problems = self._watched(process, seconds, late_hint, given)
        finally:
            _end(process)  # also where this process is told to end
        if process.returncode:
            raise self._error(problems.decode(errors="replace"))
        return output

    def _watched(
        self, process: subprocess.Popen[bytes], seconds: float, late_hint: str | None, given: bytes
    ) -> tuple[bytes, bytes]:
        """What git writes, as long as it takes no more time and room than it may."""
        end = time.monotonic() + seconds
        had_bytes = self._object_bytes()
        while True:
            try:
                return process.communicate(given, timeout=min(_PERIOD_SECONDS, seconds))
            except subprocess.TimeoutExpired:
                given = b""  # it has got it
                if not has_room(self.path):
                    _end(process)
                    self._remove_leftovers()
                    raise self._disk_full() from None
                if self._object_bytes() - had_bytes > self._limits.download_mb * 1e6:
                    _end(process)
                    self._remove_leftovers()
                    raise GitFailed(
                        self._shown,
                        f"there is more to fetch than {self._limits.download_mb:g} MB",
                        hint="Set JUMPNOTES_DOWNLOAD_MB higher, or watch a smaller repository.",
                    ) from None
                if time.monotonic() > end:
                    problem = f"git did not finish within {seconds / 60:.3g} minutes"
                    raise GitFailed(self._shown, problem, hint=late_hint) from None

    def _object_bytes(self) -> int:
        """What git has of the repository, in bytes, with what is on its way."""
        found = 0
        for folder, _, names in os.walk(self.path / ".git" / "objects"):
            for name in names:
                with suppress(OSError):  # it was on its way, and has come
                    found += (Path(folder) / name).lstat().st_size
        return found

    def _disk_full(self) -> DiskFull:
        return DiskFull(self.path, f"the disk has no room for {self._shown}")

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
    for pipe in (process.stdin, process.stdout, process.stderr):
        assert pipe
        with suppress(BrokenPipeError):
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


def _without_login(remote: str) -> tuple[str, dict[str, str]]:
    """An address without user and password, and the variables by which git has them: its arguments are seen by all."""
    parts = urlsplit(remote)
    if parts.scheme not in {"http", "https"} or parts.password is None:
        return remote, {}
    host = parts.netloc.rpartition("@")[2]
    login = base64.b64encode(f"{unquote(parts.username or '')}:{unquote(parts.password)}".encode()).decode()
    setting = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{host}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {login}",
    }
    return urlunsplit(parts._replace(netloc=host)), setting


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
