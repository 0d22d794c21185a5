"""The action as a job runs it: its steps, git and jumpnotes are the real ones, on a repository of the test's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.action.conftest import git
from tests.action.github import TOKEN, GitHub, JobResult, Runner
from tests.conftest import CALL

BRANCH = "jumpnotes/links"
NOTES = "notes/2024-03-05-garden.md"
MEMORY = "notes/2024-03-05-garden.corrections.toml"
TITLE = "Link meeting notes to their recordings"
LINES_WITHOUT_LINKS = [5, 7, 8, 16, 17]


def test_links_come_as_a_pull_request(first_job: tuple[Path, JobResult, GitHub]) -> None:
    """A branch with the linked notes and what is remembered of them, and a body that names the lines."""
    folder, result, github = first_job
    remote = folder / "remote.git"

    assert result.returncode == 0, result.log
    assert result.outputs == {
        "changed": "true",
        "summary": "5 links in 1 file",
        "pull-request": "https://github.com/garden/club/pull/1",
        "site": "",
    }
    assert git(remote, "diff", "--name-only", "main", BRANCH).split("\n") == [MEMORY, NOTES]
    line = '- Priya drafted a rota for July and August ([0:16](https://youtu.be/gArDenCall0?t=16 "jumpnotes"))'
    assert line in git(remote, "show", f"{BRANCH}:{NOTES}")
    assert git(remote, "log", "--format=%an|%B", f"main..{BRANCH}") == f"github-actions[bot]|{TITLE}"
    (pull,) = github.pulls
    assert (pull["head"], pull["base"], pull["title"]) == (BRANCH, "main", TITLE)
    assert "- line 7, [0:10](https://youtu.be/gArDenCall0?t=10): `Watering rota`" in pull["body"]
    item = "- line 9, [0:16](https://youtu.be/gArDenCall0?t=16): `Priya drafted a rota for July and August`"
    assert item in pull["body"]
    assert item in result.summary
    assert {authorization for _, _, authorization in github.asked} == {f"Bearer {TOKEN}"}


def test_the_same_links_again_are_the_same_pull_request(linked: Runner, github: GitHub) -> None:
    """Nothing is pushed when nothing has changed since."""
    tip = git(linked.remote, "rev-parse", BRANCH)
    result = linked.run(only="publish")

    assert result.outputs["pull-request"] == "https://github.com/garden/club/pull/1", result.log
    assert git(linked.remote, "rev-parse", BRANCH) == tip
    assert [method for method, _, _ in github.asked] == ["GET", "PATCH"]


def test_new_links_are_added_to_the_same_pull_request(linked: Runner, github: GitHub) -> None:
    """Once main has moved on, the branch begins there, with one commit."""
    (linked.checkout / "README.md").write_text("Garden club")
    git(linked.checkout, "add", "README.md")
    git(linked.checkout, "commit", "-qm", "Read me")
    git(linked.checkout, "push", "-q", "origin", "HEAD:main")
    result = linked.run(only="publish")

    assert result.returncode == 0, result.log
    assert git(linked.remote, "log", "--format=%s", BRANCH).split("\n") == [TITLE, "Read me", "Notes"]
    assert len(github.pulls) == 1


def test_after_the_merge_the_branch_goes(later: Runner, github: GitHub) -> None:
    """A merge starts the next job, which finds nothing to do; with its branch a pull request is closed."""
    git(later.checkout, "pull", "-q", "origin", BRANCH)
    git(later.checkout, "push", "-q", "origin", "main")
    result = later.run()

    assert result.returncode == 0, result.log
    assert (result.outputs["changed"], result.outputs["summary"]) == ("false", "nothing to do")
    assert git(later.remote, "branch", "--list", BRANCH) == ""
    assert git(later.checkout, "status", "--porcelain") == ""
    assert github.asked == []


def test_a_check_passes_once_the_links_are_there(later: Runner) -> None:
    """What a pull request of the action has written is what its check wants."""
    git(later.checkout, "pull", "-q", "origin", BRANCH)
    result = later.run(mode="check")

    assert result.returncode == 0, result.log
    assert result.outputs["summary"] == "the links are right"
    assert "### jumpnotes: the links are right" in result.summary


def test_commits_of_people_on_the_branch_are_never_overwritten(linked: Runner) -> None:
    """Somebody corrects a link in the pull request: the branch stays as it is, and the job says why."""
    by_hand = git(linked.remote, "commit-tree", f"{BRANCH}^{{tree}}", "-p", BRANCH, "-m", "By hand")
    git(linked.remote, "update-ref", f"refs/heads/{BRANCH}", by_hand)
    result = linked.run(only="publish")

    assert result.returncode == 0, result.log
    assert git(linked.remote, "log", "-1", "--format=%s", BRANCH) == "By hand"
    warning = f"::warning::{BRANCH} has commits of somebody else, so it stays. Merge it, or delete it."
    assert warning in result.annotations


def test_what_people_wrote_harms_nothing(runner: Runner, github: GitHub) -> None:
    """A file name and a heading with commands for shells, the runner and GitHub are text wherever they appear."""
    evil = "$(touch x) `touch x`;'\"\n::set-output name=changed::no\nfixes #1 @team --check %0A"
    for suffix, source in ((".md", "2024-03-05-garden.md"), (".vtt", "garden.vtt")):
        shutil.copy(CALL / source, runner.checkout / "notes" / f"{evil}{suffix}")
    (runner.checkout / "--remove.md").write_text("# Call\n\n- Nothing\n")
    hostile = runner.checkout / "notes" / f"{evil}.md"
    heading = "## Watering rota $(touch x) `touch x` ::error::x ##[error]x fixes #1 closes GH-2 @garden/team"
    heading += " <img src=x> ![x](https://x.example/x.png) | a"
    hostile.write_text(hostile.read_text().replace("## Watering rota", heading))
    git(runner.checkout, "add", "--all")
    git(runner.checkout, "commit", "-qm", "More notes")
    result = runner.run(notes="notes\n--remove.md")

    assert result.returncode == 0, result.log
    assert result.outputs["changed"] == "true"
    assert result.outputs["summary"].endswith("links in 2 files")
    assert not list(runner.checkout.rglob("x"))
    assert git(runner.remote, "log", "-1", "--format=%B", BRANCH) == TITLE
    assert f"notes/{evil}.md" in git(runner.remote, "ls-tree", "-z", "-r", "--name-only", BRANCH).split("\0")
    assert " ([0:16](" in git(runner.remote, "show", f"{BRANCH}:notes/{evil}.md")
    body = github.pulls[0]["body"]
    for shown in (body, result.summary):
        assert "#1" not in shown
        assert "@garden" not in shown
        assert "@team" not in shown
        assert "GH-2" not in shown
        assert not [line for line in shown.split("\n") if line.startswith(("::", "fixes"))]
        (named,) = [line for line in shown.split("\n") if line.startswith("**") and "touch" in line]
        assert named.startswith("**`` notes/$(touch x) `touch x`;")
    assert not [line for line in result.annotations if "set-output" in line or line.startswith("::error")]


def test_a_check_fails_beside_the_lines_without_links(runner: Runner, github: GitHub) -> None:
    """In a pull request nothing is written or asked for, whatever the mode; the lines are named on the page."""
    (runner.checkout / "notes" / "long.md").write_bytes(b"# Call\n\n" + b"x" * 4_000_000)
    git(runner.checkout, "add", "--all")
    runner.event, runner.ref = "pull_request", "refs/pull/7/merge"
    failed = runner.run()

    assert failed.returncode == 1
    errors = [line for line in failed.annotations if line.startswith("::error")]
    assert errors.pop(0).startswith("::error file=notes/long.md::notes/long.md: ")
    assert errors[0] == f"::error file={NOTES},line=5::0:10 is missing"
    assert [int(line.partition(",line=")[2].partition("::")[0]) for line in errors] == LINES_WITHOUT_LINKS
    assert f"- `{NOTES}` line 8: `0:45 is missing`" in failed.summary
    assert "::notice::On pull_request links are checked, not written." in failed.annotations
    assert failed.outputs["summary"] == "5 to put right"
    assert git(runner.checkout, "status", "--porcelain") == "A  notes/long.md"
    assert github.asked == []
    assert "publish" not in failed.steps


def test_only_a_recording_without_a_transcript_needs_a_speech_model(runner: Runner) -> None:
    """The model is kept by its name, and the packages to hear with are installed for such notes only."""
    (runner.checkout / "notes" / "2024-04-02-garden.md").write_text("# Call\n\n## Compost\n\n- Two pallets\n")
    planned = runner.run(until="plan").steps["plan"]
    assert (planned["needs"], planned["keeps-model"]) == ("words", "false")

    (runner.checkout / "notes" / "2024-04-02-garden.m4a").write_bytes(b"no sound")
    result = runner.run(until="model", model="tiny.en")

    assert result.steps["plan"]["needs"] == "pipeline"
    ((action, given),) = result.used
    assert action.startswith("actions/cache@")
    assert given == {"path": str(runner.temp / "jumpnotes" / "models"), "key": "jumpnotes-model-tiny.en"}


def test_notes_whose_video_is_refused_are_told_and_the_others_linked(runner: Runner) -> None:
    """What YouTube does not give to GitHub's machines, a transcript beside the notes does."""
    video = "# Call\n\nhttps://youtu.be/gArDenCall9\n\n## Compost\n\n- Two pallets are broken\n"
    (runner.checkout / "notes" / "2024-04-02-garden.md").write_text(video)
    result = runner.run(until="link")

    (warning,) = [line for line in result.annotations if line.startswith("::warning")]
    assert warning.startswith(
        "::warning file=notes/2024-04-02-garden.md::https://www.youtube.com/watch?v=gArDenCall9: "
    )
    assert "A transcript beside the notes" in warning
    assert result.outputs["summary"] == "5 links in 1 file"


def test_a_site_is_made_of_the_notes(runner: Runner) -> None:
    """`mode: site` calls `jumpnotes site FOLDER --base-url URL`, and the folder is an output."""
    notes = runner.checkout / NOTES
    notes.write_text(notes.read_text().replace("https://youtu.be/gArDenCall0", "https://media.garden.example/call.mp4"))
    result = runner.run(mode="site", site_url="https://garden.example/club/")

    assert result.returncode == 0, result.log
    assert (Path(result.outputs["site"]) / "index.html").is_file()
    assert "publish" not in result.steps
