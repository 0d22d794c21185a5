"""The command as people and programs use it: results on stdout, the rest on stderr, exit codes that mean something."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pipeline import export
from pipeline import notes as reader
from pipeline.cli import main, render
from pipeline.records import Alignment, Basis, FurtherMoment
from tests.conftest import CALL, jumpnotes

NOTES = CALL / "2024-03-05-garden.md"
VTT = CALL / "garden.vtt"
SLUG = "community-garden-call-2024-03-05"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return Path(shutil.copy(NOTES, tmp_path))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def done(notes: Path, data: Path) -> Path:
    """A data folder in which the call has been run."""
    result = cli("run", notes, "--transcript", VTT, "--data-dir", data)
    assert result.exit_code == 0, result.stderr
    return data


def cli(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_align_needs_no_database_and_prints_every_block() -> None:
    """The JSON names each block of the notes once, in order, with null where nothing was found."""
    done = jumpnotes("align", NOTES, VTT, "--format", "json")

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert done.stderr == ""
    assert found["title"] == "Community garden call"
    assert found["video"] == "https://youtu.be/gArDenCall0"
    assert found["duration"] == pytest.approx(165.2)
    assert [block["line"] for block in found["blocks"]] == [1, 3, 5, 7, 8, 10, 12, 14, 16, 17, 19, 21]
    for block in found["blocks"]:
        assert set(block) == {"id", "line", "kind", "text", "start", "end", "confidence", "basis", "also"}
        placed = block["start"] is not None
        assert placed == (block["confidence"] is not None) == (block["end"] is not None) == (block["basis"] is not None)
    assert sum(block["start"] is not None for block in found["blocks"]) >= 6


def test_align_shows_people_a_table() -> None:
    """One line a block, the time first."""
    result = cli("align", NOTES, VTT)

    lines = result.stdout.splitlines()
    assert lines[0].split() == ["time", "notes"]
    assert any(line.split()[0].count(":") == 1 and line.endswith("Compost heap") for line in lines)


def test_further_moments_are_told() -> None:
    """Where a topic comes back stands behind its line, and in the JSON with its end and confidence."""
    read = reader.parse("# Call\n\n## Compost heap\n\n- Broken pallets\n", name="a.md")
    item = next(block for block in read.blocks if block.text == "Broken pallets")
    also = (FurtherMoment(300.0, 341.239, 0.7128), FurtherMoment(3723.9, 3730.0, 0.6))
    links = {item.id: Alignment(item.id, 10.0, 60.0, 0.8, Basis.MATCH, (), also)}

    blocks = export.aligned(read, links, 4000.0)["blocks"]

    assert render.links(read, links).splitlines()[-1].endswith("Broken pallets  (also 5:00, 1:02:03)")
    assert isinstance(blocks, list)
    assert [block["also"] for block in blocks] == [[], [], [[300.0, 341.24, 0.713], [3723.9, 3730.0, 0.6]]]


def test_a_link_explains_itself() -> None:
    """In plain words: what was heard, what else came into question, what stands beside it; and as JSON."""
    result = cli("align", NOTES, VTT, "--explain", "10")
    document = json.loads(cli("align", NOTES, VTT, "--explain", "10", "--format", "json").stdout)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "line 10, heading: Compost heap"
    assert lines[1].startswith("1:06 to ")
    assert lines[1].endswith("based on its own words")
    assert "Heard there" in lines
    assert any(line.endswith("← chosen") and "The compost heap" in line for line in lines)
    assert any(line.startswith("Order: the notes ") for line in lines)
    assert (document["placed"], document["block"]["line"], document["link"]["basis"]) == (True, 10, "match")
    assert {match["written"] for match in document["matches"]} == {"Compost", "heap"}
    assert document["chosen"]["start"] == document["link"]["start"]


def test_what_is_not_looked_for_explains_itself() -> None:
    """The title is no moment, and that is no failure."""
    result = cli("align", NOTES, VTT, "--explain", "1")
    document = json.loads(cli("align", NOTES, VTT, "--explain", "1", "--format", "json").stdout)

    assert result.exit_code == 0
    assert "No moment was looked for. It is the title of the whole document" in result.stdout
    assert (document["placed"], document["why"]) == (False, "title")


@pytest.mark.parametrize(
    ("line", "near"),
    [("11", "line 10 (“Compost heap”) and line 12 (“Two pallets"), ("99", "line 21 (“The policy")],
)
def test_a_line_without_a_block_names_those_beside_it(line: str, near: str) -> None:
    """Wrong usage, with the lines that would be right."""
    result = cli("align", NOTES, VTT, "--explain", line)

    assert result.exit_code == 2
    assert f"no block of the notes stands on line {line}; the nearest: {near}" in " ".join(result.stderr.split())


@pytest.fixture
def cases(notes: Path, tmp_path: Path) -> Path:
    """The call as a case whose gold says what `align` answers, but for two blocks, in a set called village."""
    case = tmp_path / "cases" / "village" / "garden"
    case.mkdir(parents=True)
    shutil.copy(notes, case / "notes.md")
    shutil.copy(VTT, case / "transcript.vtt")
    found = json.loads(cli("align", case / "notes.md", VTT, "--format", "json").stdout)["blocks"]
    items = [{"line": block["line"], "start": block["start"]} for block in found if block["start"] is not None]
    items[-1]["start"], items[-2]["start"] = "59:59", None
    (case / "gold.json").write_text(json.dumps({"items": items}))
    return case.parent.parent


def test_evaluate_measures_what_align_answers(cases: Path) -> None:
    """In sets, as a folder of meetings or as one meeting; two links of the constructed gold are wrong."""
    for folder in (cases, cases / "village", cases / "village" / "garden"):
        result = cli("evaluate", folder, "--format", "json")

        found = json.loads(result.stdout)
        assert result.exit_code == 0
        assert set(found) == {"sets", "mean", "reliability", "largest_gap", "levels", "worst", "failures"}
        figures = found["sets"]["village"]
        assert figures["cases"] == 1
        assert figures["median"] == 0
        assert figures["inside"] == (figures["items"] - 1) / figures["items"]
        assert {row["gold"] for row in found["worst"]} == {3599.0, None}
        assert sum(part["count"] for part in found["reliability"]) == figures["items"] + 1
        assert found["failures"] == []


def test_evaluate_shows_people_tables(cases: Path) -> None:
    """The sets, the confidence, the levels and the worst misses."""
    result = cli("evaluate", cases, "--worst", "1")

    sets, tenths, levels, worst = (part.splitlines() for part in result.stdout.rstrip().split("\n\n"))
    assert sets[0].split()[:4] == ["set", "cases", "items", "start30"]
    assert [line.split()[0] for line in sets[1:]] == ["village", "mean"]
    assert len(tenths) == 12
    assert "50 answers" in tenths[-1]
    assert [line.split("  ")[0] for line in levels[1:]] == ["sure", "likely", "not found"]
    assert len(worst) == 2
    assert worst[1].startswith("village/garden")


def test_evaluate_scores_the_rest_when_a_case_cannot_be_read(cases: Path) -> None:
    """What is wrong is told with the file's name, and the exit code is 1."""
    good = cases / "village" / "garden"
    for name, file, text in (("broken", "gold.json", "{"), ("empty", "notes.md", ""), ("mute", "transcript.vtt", "")):
        shutil.copytree(good, cases / "village" / name)
        (cases / "village" / name / file).write_text(text)
    (good / "gold.json").write_text('{"items": [{"line": 3, "start": 0}, {"line": 4, "start": 0}]}')

    result = cli("evaluate", cases, "--format", "json")

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["sets"]["village"]["cases"] == 1
    assert [failed["meeting"] for failed in found["failures"]] == ["broken", "empty", "mute"]
    for failed, file in zip(found["failures"], ("gold.json", "notes.md", "transcript.vtt"), strict=True):
        assert f"error: {failed['error']}" in result.stderr
        assert file in failed["error"]
        assert failed["hint"]
    assert "no block of the notes starts on line 4" in result.stderr


def test_evaluate_takes_the_sets_it_is_asked_for(cases: Path) -> None:
    """In that order; a set that is not there is wrong usage."""
    shutil.copytree(cases / "village", cases / "town")

    assert list(json.loads(cli("evaluate", cases, "--sets", "village", "--format", "json").stdout)["sets"]) == [
        "village"
    ]
    missing = cli("evaluate", cases, "--sets", "town,city")
    assert missing.exit_code == 2
    assert "no set 'city'; there is town, village" in missing.stderr


def test_run_ends_with_a_table(notes: Path, data: Path) -> None:
    """What was linked, what is unsure, and how long the recording is."""
    result = cli("run", notes, "--transcript", VTT, "--data-dir", data)

    head, row = result.stdout.splitlines()
    assert result.exit_code == 0
    assert head.split() == ["linked", "unsure", "blocks", "length", "meeting"]
    assert row.endswith("2:45  linked  Community garden call")
    assert "aligning" in result.stderr


def test_run_prints_one_object_a_meeting(notes: Path, data: Path) -> None:
    """Shaped as align prints it, with the meeting's name and how the run ended; a failure says why."""
    bad = notes.with_name("bad.md")
    bad.write_bytes(b"\xff\xfe")

    first = cli("run", notes, "--transcript", VTT, "--data-dir", data, "--format", "json")
    both = cli("run", notes, bad, "--data-dir", data, "--format", "json")

    (linked,) = (json.loads(line) for line in first.stdout.splitlines())
    unchanged, failed = (json.loads(line) for line in both.stdout.splitlines())
    assert (linked["slug"], linked["state"]) == (SLUG, "linked")
    assert (unchanged["state"], unchanged["blocks"]) == ("unchanged", linked["blocks"])
    assert (failed["state"], failed["blocks"]) == ("failed", [])
    assert failed["error"]
    assert failed["hint"]
    assert both.exit_code == 1


def test_a_failed_meeting_is_explained_below_the_table(notes: Path, data: Path) -> None:
    """Exit code 1, the reason and the next step; the others are done."""
    bad = notes.with_name("bad.md")
    bad.write_bytes(b"# Fine\n\n\xff\n")

    result = cli("run", bad, notes.with_name("bad.md"), "--data-dir", data)

    assert result.exit_code == 1
    assert f"{bad}: {bad}:3" in result.stdout
    assert "hint: " in result.stdout


def test_the_data_folder_may_be_named_before_or_after_the_command(done: Path) -> None:
    """And by JUMPNOTES_DATA_DIR."""
    after = cli("search", "compost", "--data-dir", done)
    before = cli("--data-dir", done, "search", "compost")
    variable = CliRunner().invoke(main, ["search", "compost"], env={"JUMPNOTES_DATA_DIR": str(done)})

    assert after.stdout
    assert after.stdout == before.stdout == variable.stdout


def test_search_finds_speech_and_notes(done: Path) -> None:
    """As text and as JSON with the matches' places."""
    sources = ("notes", "transcript")
    texts = [cli("search", "hybrid", "varieties", f"in:{each}", "--data-dir", done).stdout for each in sources]
    found = [cli("search", f"hybrid varieties in:{each}", "--data-dir", done, "--format", "json") for each in sources]
    hits = [hit for result in found for hit in json.loads(result.stdout)]

    assert all(text.splitlines()[0] == f"Community garden call  2024-03-05  {SLUG}" for text in texts)
    assert [text.splitlines()[1].split()[1] for text in texts] == ["notes", "transcript"]
    assert {hit["source"] for hit in hits} == set(sources)
    for hit in hits:
        first, end = hit["matches"][0]
        assert hit["text"][first:end].lower().startswith("hybrid")
        assert hit["slug"] == SLUG


def test_a_search_says_that_there_is_more(done: Path) -> None:
    """Who sees only the first places is told on stderr how to see more; who sees all is told nothing."""
    whole = cli("search", "and", "--data-dir", done)
    first = cli("search", "and", "--limit", "1", "--data-dir", done)

    assert whole.stderr == ""
    assert len(first.stdout.splitlines()) == 2
    assert first.stderr == "There is more: --limit 2\n"


def test_search_for_nothing_and_without_result(done: Path) -> None:
    """Both are said on stderr; only the first is a mistake."""
    empty, absent = cli("search", "*", "--data-dir", done), cli("search", "zebra", "--data-dir", done)

    assert (empty.exit_code, absent.exit_code) == (1, 0)
    assert (empty.stdout, absent.stdout) == ("", "")
    assert empty.stderr.startswith("error: ")
    assert absent.stderr == "Nothing found.\n"


def test_a_search_in_a_meeting_that_is_not_there(done: Path) -> None:
    """A mistyped name is not taken for a meeting in which nobody said it."""
    result = cli("search", "hybrid", "--meeting", "gardn", "--data-dir", done)

    assert result.exit_code == 1
    assert "gardn" in result.stderr


def test_a_mistyped_search_is_put_right(done: Path) -> None:
    """The words that would find something are named on stderr."""
    result = cli("search", "hybrd", "varieties", "--data-dir", done)

    assert "(without hybrd)" in result.stdout
    assert result.stderr == "Did you mean: hybrid varieties\n"


def test_export_writes_what_players_read(done: Path, tmp_path: Path) -> None:
    """WebVTT and SRT of the transcript, JSON of the links."""
    vtt = cli("export", SLUG, "--data-dir", done).stdout
    srt = cli("export", SLUG, "--format", "srt", "--data-dir", done).stdout
    cli("export", SLUG, "--format", "json", "--data-dir", done, "-o", tmp_path / "links.json")

    assert vtt.startswith("WEBVTT\n\n")
    assert "The compost heap." in vtt
    assert "00:01:06,250 --> 00:01:08,750" in srt
    assert json.loads((tmp_path / "links.json").read_text())["slug"] == SLUG


def test_export_of_what_is_not_there(done: Path) -> None:
    """An unknown meeting is one line and a hint, no traceback."""
    result = cli("export", "nowhere", "--data-dir", done)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == "error: no meeting is called 'nowhere'"
    assert result.stderr.splitlines()[1].startswith("hint: ")


def test_export_into_a_folder_that_is_not_there(done: Path, tmp_path: Path) -> None:
    """Is the user's to fix."""
    result = cli("export", SLUG, "--data-dir", done, "-o", tmp_path / "nowhere" / "a.vtt")

    assert result.exit_code == 1
    assert "hint: " in result.stderr


def test_the_base_install_can_search_and_export(done: Path) -> None:
    """Neither needs what the extras bring."""
    for command in (["search", "compost"], ["export", SLUG]):
        script = (
            "import sys\n"
            "for name in ('flask', 'waitress', 'yt_dlp', 'faster_whisper', 'av', 'numpy', 'rapidfuzz', 'filelock'):\n"
            "    sys.modules[name] = None\n"
            "from pipeline.cli import main\n"
            f"main({[*command, '--data-dir', str(done)]!r}, standalone_mode=False)"
        )
        finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert finished.stdout


def test_a_database_from_a_newer_version_ends_in_a_sentence(done: Path) -> None:
    """Every command says it, and -vv shows where it came from."""
    with sqlite3.connect(done / "jumpnotes.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()

    result = cli("search", "compost", "--data-dir", done)

    assert result.exit_code == 1
    assert "newer jumpnotes" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["run"], "Missing argument"),
        (["run", "NOTES", "--transcript", "nowhere.vtt"], "no such file"),
        (["run", "NOTES", "--media", "nowhere.m4a"], "no such file"),
        (["run", "NOTES", "--transcript", "https://example.org/a.vtt"], "no such file"),
        (["run", "NOTES", "NOTES2", "--transcript", "VTT"], "belong to one notes file"),
        (["run", "NOTES", "--force", "everything"], "is not one of"),
        (["align", "NOTES"], "Missing argument"),
        (["evaluate", "nowhere"], "does not exist"),
        (["sing"], "No such command"),
    ],
)
def test_wrong_usage_is_exit_code_2(args: list[str], says: str, notes: Path, data: Path) -> None:
    """And the message says what is wrong with it."""
    other = Path(shutil.copy(notes, notes.with_name("other.md")))
    names = {"NOTES": str(notes), "NOTES2": str(other), "VTT": str(VTT)}

    result = CliRunner(env={"JUMPNOTES_DATA_DIR": str(data)}).invoke(main, [names.get(arg, arg) for arg in args])

    assert result.exit_code == 2
    assert says in result.stderr
    assert not data.exists()


def test_doctor_says_of_each_thing_whether_it_is_good(data: Path) -> None:
    """Each check is a line, what is bad has a hint, and the exit code sums it up."""
    result = cli("doctor", "--data-dir", data)

    lines = result.stdout.splitlines()
    names = [line[4:].strip().partition(":")[0] for line in lines if not line.lstrip().startswith("hint")]
    bad = [number for number, line in enumerate(lines) if line.startswith("BAD")]
    assert names == ["Python", "yt-dlp", "JavaScript runtime", "disk", "database", "speech model"]
    assert all(lines[number + 1].lstrip().startswith("hint: ") for number in bad)
    assert result.exit_code == (1 if bad else 0)


def test_every_command_explains_itself() -> None:
    """The help of each command and option is written."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.help
        for option in command.params:
            if isinstance(option, click.Option) and option.name not in {"form", "host", "port", "limit"}:
                assert option.help, f"{name} {option.name}"


def test_finished_notes_are_skipped_without_loading_what_is_heavy(notes: Path, done: Path) -> None:
    """A thousand finished notes stay quick because nothing of yt-dlp, the speech model or numpy is imported."""
    script = (
        "import sys; from pipeline.cli import main\n"
        f"main(['run', {str(notes)!r}, '--data-dir', {str(done)!r}], standalone_mode=False)\n"
        "heavy = {'yt_dlp', 'faster_whisper', 'av', 'numpy', 'rapidfuzz', 'alembic', 'snowballstemmer'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert finished.stdout.splitlines() == ["1 unchanged.", "[]"]


def test_serve_answers_until_it_is_stopped(done: Path) -> None:
    """The command starts a real server, says where, and a second one on the same port says it is taken."""
    command = [str(Path(sys.executable).parent / "jumpnotes"), "serve", "--port", "0", "--data-dir", str(done)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = server.stderr.readline().split()[0]
            with urllib.request.urlopen(f"{address}meetings/{SLUG}") as page:
                body = page.read().decode()
            taken = jumpnotes("serve", "--port", address.rstrip("/").rpartition(":")[2], "--data-dir", done)
        finally:
            server.terminate()

    assert "Compost heap" in body
    assert taken.returncode == 1
    assert "hint: " in taken.stderr
