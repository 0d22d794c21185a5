"""`jumpnotes topics`: what comes back, in an archive or in a folder of notes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.refresh import Archive
from tests.pipeline.cli.conftest import cli
from tests.service.meetings import SOURCE, Library

TALK = "We talked about what is to be done with the garden and who will do it for the others."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three meetings: two name an issue, two a version, two zwass."""
    made = tmp_path / "notes"
    made.mkdir()
    texts = {
        2: "- [Fix the hose](https://github.com/club/hose/pull/12)\n- zwass, zwass: the 4.6.0 release",
        5: "- Club/Hose#12 is late\n- A zwass of zwass",
        9: "- the 4.6.0 release, #1 priority\n- zwass said so",
    }
    for day, text in texts.items():
        (made / f"2024-03-0{day}.md").write_text(f"# Call {day}\n\n{TALK}\n\n## Hose\n\n{text}\n", "utf-8")
    return made


def test_what_comes_back_in_a_folder(folder: Path) -> None:
    """As a table, with a line on stderr for each kind; no archive is made."""
    told = cli("topics", folder, "--data-dir", folder / "data")

    assert told.exit_code == 0
    assert [line.split() for line in told.stdout.splitlines()] == [
        ["topic", "kind", "meetings", "first", "last"],
        ["4.6.0", "version", "2", "2024-03-02", "2024-03-09"],
        ["hose#12", "issue", "2", "2024-03-02", "2024-03-05"],
    ]
    assert told.stderr.splitlines() == ["1 issue recurs over 2 of 3 meetings", "1 version recurs over 2 of 3 meetings"]
    assert not (folder / "data").exists()


def test_kinds_and_numbers_of_meetings(folder: Path) -> None:
    """One kind, or more; and what is named in a single meeting."""
    issues = cli("topics", folder, "--kind", "issue").stdout
    both = cli("topics", folder, "--kind", "issue", "--kind", "version").stdout
    single = cli("topics", folder, "--min-meetings", "1", "--kind", "repository", "--kind", "issue")
    none = cli("topics", folder, "--min-meetings", "3", "--kind", "issue")

    assert "hose#12" in issues
    assert "4.6.0" not in issues
    assert "4.6.0" in both
    assert single.stderr == "1 issue is named in 2 of 3 meetings\n"
    assert (none.stdout, none.stderr, none.exit_code) == ("", "No topic comes back.\n", 0)


def test_people_only_if_they_are_asked_for(folder: Path) -> None:
    assert "zwass" not in cli("topics", folder).stdout
    assert "zwass" in cli("topics", folder / "2024-03-02.md", folder / "2024-03-05.md", "--people").stdout


def test_for_programs(folder: Path) -> None:
    """With the tracker's address, and the lines a person looks at."""
    (topic,) = json.loads(cli("topics", folder, "--kind", "issue", "--format", "json").stdout)

    assert (topic["id"], topic["kind"]) == ("issue/club/hose/12", "issue")
    assert topic["url"] == "https://github.com/club/hose/pull/12"
    assert topic["meetings"][0] == {
        "title": "Call 2",
        "date": "2024-03-02",
        "path": str(folder / "2024-03-02.md"),
        "blocks": [{"line": 7, "section": "Hose", "text": "Fix the hose"}],
    }


@pytest.mark.parametrize("asked", ["#12", "12", "issue/club/hose/12", "HOSE#12"])
def test_about_one_topic(folder: Path, asked: str) -> None:
    """By its number, its id or its name: every meeting, and the lines there."""
    told = cli("topics", folder, "--about", asked)

    lines = told.stdout.splitlines()
    assert lines[:2] == ["hose#12  issue  2 meetings", "https://github.com/club/hose/pull/12"]
    assert [" ".join(line.split()) for line in lines[3:]] == [
        f"Call 2 2024-03-02 {folder / '2024-03-02.md'}",
        "– line 7 Hose Fix the hose",
        "",
        f"Call 5 2024-03-05 {folder / '2024-03-05.md'}",
        "– line 7 Hose Club/Hose#12 is late",
    ]


def test_about_nothing(folder: Path) -> None:
    told = cli("topics", folder, "--about", "lawnmower")

    assert told.exit_code == 1
    assert told.stderr.splitlines() == [
        "error: lawnmower: no such topic",
        f"hint: List all with: jumpnotes topics {folder} --min-meetings 1",
    ]


def test_what_is_new_since_a_day(folder: Path) -> None:
    """Counted in that time; what was named before is not new. A year and a month stand for their first day."""
    (folder / "2024-03-12.md").write_text(f"# Call\n\n{TALK}\n\n- club/hose#13 club/hose#12\n", "utf-8")
    (folder / "2024-03-11.md").write_text(f"# Call\n\n{TALK}\n\n- club/hose#13\n", "utf-8")
    asked = ("topics", folder, "--kind", "issue")

    since = [line.split() for line in cli(*asked, "--since", "2024-03-05").stdout.splitlines()]
    until = [line.split() for line in cli(*asked, "--until", "2024-03-11").stdout.splitlines()]

    assert since == [
        ["topic", "kind", "meetings", "first", "last", "new"],
        ["hose#12", "issue", "2", "2024-03-05", "2024-03-12"],
        ["hose#13", "issue", "2", "2024-03-11", "2024-03-12", "new"],
    ]
    assert until[1:] == [
        ["hose#12", "issue", "2", "2024-03-02", "2024-03-05"],
        ["hose#13", "issue", "1", "2024-03-11", "2024-03-11"],
    ]
    for written in ("2024", "2024-03"):
        topics = json.loads(cli(*asked, "--since", written, "--format", "json").stdout)
        assert [(topic["name"], topic["new"]) for topic in topics] == [("hose#12", True), ("hose#13", True)]
    wrong = cli(*asked, "--since", "March")
    assert wrong.exit_code == 2
    assert "'March' is no day" in wrong.stderr


def test_a_file_that_cannot_be_read_stops_no_other(folder: Path) -> None:
    told = cli("topics", folder, folder / "gone.md")

    assert told.exit_code == 1
    assert "gone.md: does not exist" in told.stderr
    assert "hose#12" in told.stdout


def test_a_file_that_is_named_twice_counts_once(folder: Path) -> None:
    path = folder / "2024-03-02.md"

    assert "hose#12" not in cli("topics", path, path).stdout


def test_of_the_archive(archive: Archive, tmp_path: Path) -> None:
    """With the moments that are known; what is not known has none."""
    library = Library(archive.store, tmp_path)
    linked = SOURCE.replace("## Compost heap", "## [Compost heap](https://github.com/club/hose/pull/12)")
    library.aligned(library.notes(linked.replace("hose leaks", "hose#12 leaks")))
    library.notes(SOURCE.replace("2024-03-05", "2024-03-12") + "\n- club/hose#12\n", slug="later")
    archive.refresh()
    asked = ("topics", "--data-dir", tmp_path / "data", "--about", "#12")

    (topic,) = json.loads(cli(*asked, "--format", "json").stdout)
    told = cli(*asked).stdout

    assert [meeting["slug"] for meeting in topic["meetings"]] == ["garden", "later"]
    item, heading = topic["meetings"][0]["blocks"]
    assert (heading["start"], heading["line"], item["start"]) == (12.75, 11, None)
    assert heading["page"] == f"/meetings/garden?t=12#{heading['id']}"
    assert item["page"] == f"/meetings/garden#{item['id']}"
    assert "0:12  line 11  Compost heap" in told
    assert "–  line 9  Watering rota  The hose#12 leaks" in told


def test_without_an_archive_none_is_made(tmp_path: Path) -> None:
    told = cli("topics", "--data-dir", tmp_path / "data")

    assert told.exit_code == 1
    assert "there is no archive" in told.stderr
    assert not (tmp_path / "data").exists()
