"""git on a short leash: what others wrote runs nothing, leads nowhere, and asks nobody else."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import threading
from contextlib import suppress
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.config import Settings
from pipeline.errors import DiskFull, GitFailed, GitMissing, NoNetwork
from pipeline.watch import git
from pipeline.watch.git import Repository
from tests.pipeline.watch.places import GARDEN, GitProject, served


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "data" / "repositories" / "minutes"


def test_the_newest_commit_is_fetched_without_its_history(project: GitProject, copy: Path) -> None:
    """Notes may live in a repository with gigabytes of the past."""
    for number in range(3):
        project.push({"call.md": f"{GARDEN}- {number}\n"})
    repository = Repository(copy, project.bare.as_uri())
    commit = repository.update()
    shown = subprocess.run(["git", "rev-list", "--count", commit], cwd=copy, capture_output=True, text=True, check=True)

    assert commit == project.git("rev-parse", "HEAD")
    assert (copy / "call.md").read_text() == f"{GARDEN}- 2\n"
    assert shown.stdout == "1\n"


def test_a_repository_that_is_only_files_on_a_web_server_is_fetched_whole(project: GitProject, copy: Path) -> None:
    """Such a server cannot send less."""
    project.push({"call.md": GARDEN})
    with served(project.bare.parent) as url:
        repository = Repository(copy, f"{url}/minutes.git")
        repository.update()
        first = (copy / "call.md").read_text()
        project.push({"call.md": f"{GARDEN}- More\n"})
        repository.update()

    assert first == GARDEN
    assert (copy / "call.md").read_text() == f"{GARDEN}- More\n"


def test_a_branch_is_chosen_behind_the_address(project: GitProject, copy: Path) -> None:
    """One that does not exist is named."""
    project.push({"call.md": GARDEN})
    draft = project.push({"call.md": "# Draft\n"}, branch="drafts")

    assert Repository(copy, f"{project.bare}#drafts").fetch() == draft
    with pytest.raises(GitFailed, match="no branch release"):
        Repository(copy, f"{project.bare}#release").fetch()


def test_whatever_somebody_did_to_the_copy_is_undone(project: GitProject, copy: Path) -> None:
    """What counts is what was published, however the published history was rewritten."""
    project.push({"call.md": GARDEN, "old.md": "# Old\n"})
    repository = Repository(copy, str(project.bare))
    repository.update()
    (copy / "call.md").write_text("scribbled over")
    (copy / "new.md").write_text("# Mine\n")
    (copy / ".git" / "index.lock").touch()  # of a git that was killed
    (copy / ".git" / "shallow.lock").touch()
    project.git("commit", "--quiet", "--amend", "-m", "Rewritten")
    project.push({"old.md": None})
    repository.update()

    assert [path.name for path in copy.glob("*.md")] == ["call.md"]
    assert (copy / "call.md").read_text() == GARDEN


def test_nothing_that_others_wrote_is_run_and_no_symlink_is_made(
    project: GitProject, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither hooks nor filters, though the user's own git knows some; a symlink is left out."""
    (project.work / "leak.md").symlink_to("/etc/passwd")
    project.push({"call.md": GARDEN, ".gitattributes": "*.md filter=run\n"})
    ran, hooks = tmp_path / "ran", tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-merge", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hooks / name).chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f'[core]\n hooksPath = {hooks}\n symlinks = true\n fsmonitor = "touch {ran}"\n'
        f'[filter "run"]\n smudge = "touch {ran}; cat"\n'
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    repository = Repository(copy, str(project.bare))
    commit = repository.update()

    assert not ran.exists()
    assert (copy / "call.md").read_text() == GARDEN
    assert not os.path.lexists(copy / "leak.md")
    assert b"leak.md" not in repository.blobs(commit)
    assert b"call.md" in repository.blobs(commit)


def test_a_host_that_sends_git_elsewhere_is_not_followed(project: GitProject, copy: Path) -> None:
    """It might send it to a machine in our own network."""
    project.push({"call.md": GARDEN})

    with served(project.bare.parent) as elsewhere:

        class Redirects(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(302)
                self.send_header("Location", f"{elsewhere}{self.path}")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        with served(project.bare, handler=Redirects) as url, pytest.raises(GitFailed, match="elsewhere"):
            Repository(copy, f"{url}/minutes.git").fetch()


def test_only_the_protocol_of_the_address_is_spoken(
    project: GitProject, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address on a host leads to no file and no program, whatever it is rewritten to."""
    project.push({"call.md": GARDEN})
    own = tmp_path / ".gitconfig"
    own.write_text(f'[url "{project.bare.as_uri()}"]\n insteadOf = https://code.example/minutes.git\n')
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(GitFailed, match="not allowed"):
        Repository(copy, "https://code.example/minutes.git").fetch()


def test_a_host_that_is_not_reached_is_told_from_one_that_refuses(copy: Path, tmp_path: Path) -> None:
    """The first is a matter of time; neither repeats a password or asks for one."""
    with served(tmp_path) as url, pytest.raises(GitFailed) as refused:
        Repository(copy, f"{url.replace('//', '//ana:s3cret@')}/minutes.git").fetch()
    with pytest.raises(NoNetwork) as down:
        Repository(copy, f"{url.replace('//', '//ana:s3cret@')}/minutes.git").fetch()

    assert "s3cret" not in f"{refused.value} {down.value}"
    assert url in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_disk_that_fills_up_ends_git_and_what_is_written_leaves_a_reserve(
    project: GitProject, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While git runs, and where the files would not fit: gigabytes of zeros are a few bytes as others send them."""
    free = [10**12]
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(total=10**12, free=free[0]))
    project.push({"call.md": GARDEN, "notes/zeros.md": "0" * 3_000_000})
    free[0] = 1_000_000_000 + 3_000_000
    with pytest.raises(DiskFull, match="no room for"):
        Repository(copy, str(project.bare)).update()
    written = [path.name for path in copy.iterdir()]
    free[0] += len(GARDEN)
    Repository(copy, str(project.bare)).update()
    asked = threading.Event()

    class Slow(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            (copy / ".git" / "objects" / "pack" / "tmp_pack_x").touch()
            free[0] = 999_999_999
            asked.wait(30)

    with served(copy.parent, handler=Slow) as url:
        with pytest.raises(DiskFull):
            Repository(copy, f"{url}/minutes.git").fetch()
        asked.set()

    assert written == [".git"]
    assert (copy / "call.md").read_text() == GARDEN
    assert not (copy / ".git" / "objects" / "pack" / "tmp_pack_x").exists()


def test_a_repository_that_is_too_large_ends_git(copy: Path) -> None:
    """What counts is what comes; nothing of it is left, and the setting is named."""
    asked = threading.Event()

    class Large(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            (copy / ".git" / "objects" / "pack" / "tmp_pack_x").write_bytes(bytes(1_000_001))
            asked.wait(30)

    with served(copy.parent, handler=Large) as url:
        with pytest.raises(GitFailed, match="more to fetch than 1 MB") as refused:
            Repository(copy, f"{url}/minutes.git", Settings(copy, download_mb=1)).fetch()
        asked.set()

    assert "JUMPNOTES_DOWNLOAD_MB" in refused.value.hint
    assert not (copy / ".git" / "objects" / "pack" / "tmp_pack_x").exists()


def test_what_was_there_before_does_not_count(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository grows by little, however large it is."""
    looked, counted = threading.Event(), Repository._object_bytes

    def object_bytes(repository: Repository) -> int:
        found = counted(repository)
        if found > 1_000_000:
            looked.set()
        return found

    class Growing(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            (copy / ".git" / "objects" / "pack" / "tmp_pack_x").write_bytes(bytes(500_000))
            looked.wait(30)
            self.send_error(410)

    monkeypatch.setattr(Repository, "_object_bytes", object_bytes)
    before = copy / ".git" / "objects" / "pack" / "before"
    before.parent.mkdir(parents=True)
    before.write_bytes(bytes(900_000))
    with served(copy.parent, handler=Growing) as url, pytest.raises(GitFailed, match="410"):
        Repository(copy, f"{url}/minutes.git", Settings(copy, download_mb=1)).fetch()

    assert looked.is_set()


def test_a_fetch_that_ends_with_a_setting_names_it(copy: Path) -> None:
    """And how long that was, however short."""
    release = threading.Event()

    class Silent(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            release.wait(30)

    with served(copy.parent, handler=Silent) as url:
        with pytest.raises(GitFailed, match=r"within 0\.005 minutes") as late:
            Repository(copy, f"{url}/minutes.git", Settings(copy, download_hours=0.3 / 3600)).fetch()
        release.set()

    assert "JUMPNOTES_DOWNLOAD_HOURS" in late.value.hint


def test_git_gives_up_a_host_that_is_slower_than_a_setting_says(copy: Path) -> None:
    """It has the timeout for that, and a second at least."""

    class Dripping(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):  # git hangs up
                while True:
                    self.wfile.write(b"x" * 100)
                    threading.Event().wait(0.05)

    with served(copy.parent, handler=Dripping) as url, pytest.raises(NoNetwork, match="too slow"):
        Repository(copy, f"{url}/minutes.git", Settings(copy, timeout=1, download_rate=10)).fetch()


def processes_in(folder: Path) -> list[int]:
    """The processes that work in a folder."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):  # it has ended, or is somebody else's
            found += [int(link.parent.name)] if link.readlink() == folder else []
    return found


def test_a_host_that_says_nothing_is_given_up_with_all_processes_of_git(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git's own limit is the one of all downloads; ours is for whatever it does not notice. Until then they are in our
    group, which is killed with a job, and none has the password among its arguments.
    """
    release, groups, arguments, logins = threading.Event(), set[int](), list[str](), set[str]()

    class Silent(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            running = processes_in(copy)
            groups.update(map(os.getpgid, running))
            arguments.extend(Path(f"/proc/{number}/cmdline").read_text() for number in running)
            logins.add(self.headers["Authorization"])
            release.wait(30)

    monkeypatch.setattr(git, "MAX_FETCH_SECONDS", 0.3)
    with served(copy.parent, handler=Silent) as url:
        with pytest.raises(GitFailed, match="did not finish") as late:
            Repository(copy, f"{url.replace('//', '//ana:s3cr%40t@')}/minutes.git").fetch()
        glances = 0
        while (left := processes_in(copy)) and (glances := glances + 1) < 500:
            pass  # the system takes its time to end what was killed
        release.set()

    assert "JUMPNOTES_" not in late.value.hint
    assert groups == {os.getpgrp()}
    assert logins == {f"Basic {base64.b64encode(b'ana:s3cr@t').decode()}"}
    assert arguments
    assert not any("s3cr" in each for each in arguments)
    assert left == []


def test_a_machine_without_git_is_told_what_to_install(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else works without it."""
    monkeypatch.setenv("PATH", str(copy))

    with pytest.raises(GitMissing) as caught:
        Repository(copy, "https://code.example/minutes.git").fetch()

    assert "install git" in caught.value.hint
