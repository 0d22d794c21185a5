"""`jumpnotes run`: what it prints, and what it skips."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.cli.run import newest_first
from tests.pipeline.cli.conftest import SLUG, VTT, cli

MAIN = [sys.executable, "-c", "import sys; from pipeline.cli import main; main(sys.argv[1:])"]


def test_run_ends_with_a_table(notes: Path, data: Path) -> None:
    """How many links of each certainty there are, and how long the recording is."""
    result = cli("run", notes, "--transcript", VTT, "--data-dir", data)

    head, row = result.stdout.splitlines()
    assert result.exit_code == 0
    assert head.split() == ["sure", "likely", "within", "none", "length", "state", "meeting"]
    assert row.endswith("2:45  linked  Community garden call")
    assert "aligning" in result.stderr


def test_run_prints_one_object_a_meeting(notes: Path, data: Path) -> None:
    """Shaped as align prints it, with the meeting's name and how the run ended; a failure says why."""
    bad = notes.with_name("bad.md")
    bad.write_bytes(b"\xff\xfe")

    first = cli("run", notes, "--transcript", VTT, "--data-dir", data, "--format", "json")
    both = cli("run", notes, bad, "--data-dir", data, "--format", "json")

    (linked,) = (json.loads(line) for line in first.stdout.splitlines())
    failed, unchanged = (json.loads(line) for line in both.stdout.splitlines())
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
    bare = notes.with_name("bare.md")
    bare.write_text("# Call\n\n- Compost\n")

    result = cli("run", bad, bare, "--data-dir", data)

    assert result.exit_code == 1
    assert f"\n{bad}:3: is not UTF-8 text\n  hint: " in result.stdout
    assert f"\n{bare}: no recording is linked in these notes\n  hint: " in result.stdout


def test_finished_notes_are_skipped_without_loading_what_is_heavy(notes: Path, stored: Path) -> None:
    """A thousand finished notes stay quick because nothing of yt-dlp, the speech model or numpy is imported."""
    script = (
        "import sys; from pipeline.cli import main\n"
        f"main(['run', {str(notes)!r}, '--data-dir', {str(stored)!r}], standalone_mode=False)\n"
        "heavy = {'yt_dlp', 'faster_whisper', 'av', 'numpy', 'rapidfuzz', 'alembic', 'snowballstemmer'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert finished.stdout.splitlines() == ["1 unchanged.", "[]"]


# -- many at once ------------------------------------------------------------------------------------------------------


def test_the_newest_come_first(tmp_path: Path) -> None:
    """By the day in the name, or else of the folder, or else of the last change; a month stays together by folders."""
    names = ["2024-03-05.md", "Call of March 6th, 2024.md", "2024-02-01/notes.md", "2023/12-24.md", "old.md", "gone.md"]
    names += ["2023/11-20/notes.md", "2024-03-01.md", "b/2024-03-04.md"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.touch()
    (tmp_path / "gone.md").unlink()
    os.utime(tmp_path / "old.md", (0, 0))

    ordered = newest_first([tmp_path / name for name in reversed(names)])

    assert [path.relative_to(tmp_path).as_posix() for path in ordered] == [
        "gone.md",  # the run says so
        "b/2024-03-04.md",
        "Call of March 6th, 2024.md",
        "2024-03-05.md",
        "2024-03-01.md",
        "2024-02-01/notes.md",
        "2023/12-24.md",
        "2023/11-20/notes.md",
        "old.md",
    ]


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """A folder with three calls whose host is not there, and one call without a recording."""
    folder = tmp_path / "week"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"2024-03-0{day}.md").write_text(f"# Call {day}\n\nRecording: http://127.0.0.1:9/{day}.m4a\n")
    (folder / "2024-03-04.md").write_text("# Call 4\n\n- Compost\n")
    return folder


def test_it_is_said_what_there_is_to_do_and_how_far_it_is(week: Path, data: Path) -> None:
    """Before anything is done, and with each of the notes; what is finished is counted, too."""
    env = {"JUMPNOTES_ALLOW_HOSTS": "127.0.0.1:9"}
    first = cli("run", week, "--data-dir", data, env=env)
    again = cli("run", week, "--data-dir", data, env=env)

    assert first.stderr.splitlines()[:2] == [
        "4 notes: 4 to do, about 3.0 h of recordings; this takes about 27 min",
        "2 of 4 (about 27 min left)  Call 3: fetching …",
    ]
    assert again.stderr.startswith("4 notes: 3 to do, about 3.0 h of recordings; ")
    assert first.stdout.splitlines()[0] == "1 without a recording, 3 failed."
    assert again.stdout.splitlines() == [
        "1 unchanged, 3 failed.",
        "3 notes: 127.0.0.1 cannot be reached (2024-03-03.md, 2024-03-02.md, 2024-03-01.md)",
        "  hint: Check the connection and run again.",
    ]


def test_a_failed_meeting_is_described_to_programs_by_its_notes(week: Path, data: Path) -> None:
    """They were read, whatever became of the recording."""
    notes = week / "2024-03-01.md"
    env = {"JUMPNOTES_ALLOW_HOSTS": "127.0.0.1:9"}
    (line,) = cli("run", notes, "--data-dir", data, "--format", "json", env=env).stdout.splitlines()

    told = json.loads(line)
    assert (told["state"], told["title"], len(told["blocks"])) == ("failed", "Call 1", 2)


def test_where_to_look_is_said_at_the_end(notes: Path, data: Path) -> None:
    """With what it takes to see the same archive, and only where there is something new."""
    run = ("run", notes, "--data-dir", data, "--transcript", VTT)

    said = cli(*run).stderr.splitlines()[-1]

    assert said == f"To read: jumpnotes serve --data-dir {data}, then http://127.0.0.1:8000/meetings/{SLUG}"
    assert cli(*run).stderr == ""


def test_transcripts_are_found_by_their_names(notes: Path, data: Path) -> None:
    """In a folder that is named, or beside the notes without being named."""
    folder = notes.parent / "transcripts"
    folder.mkdir()
    shutil.copy(VTT, folder / f"{notes.stem}.en.vtt")
    other = Path(shutil.copy(notes, notes.with_name("2024-03-12-other.md")))
    shutil.copy(VTT, other.with_suffix(".vtt"))

    result = cli("run", notes, other, "--transcript", folder, "--data-dir", data)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "2 linked."
    assert result.stderr.startswith("2 notes: 2 to do\n")
    assert cli("run", notes, other, "--data-dir", data).stdout == "2 unchanged.\n"


def test_one_transcript_is_not_that_of_all_meetings_of_a_file(tmp_path: Path, data: Path) -> None:
    """Neither when it is given nor when it lies beside them; what to do is said."""
    calls = tmp_path / "calls.md"
    call = "## 2024-03-{0}\n\nRecording: https://youtu.be/gArDenCal{0}\n\n- Compost {0}\n\n"
    calls.write_text("# Calls\n\n" + "".join(call.format(day) for day in (12, 11)))

    given = cli("run", calls, "--transcript", VTT, "--data-dir", data)
    shutil.copy(VTT, tmp_path / "calls.vtt")
    beside = cli("run", calls, "--data-dir", data)

    assert given.exit_code == 1
    assert "2 meetings: holds several meetings, and one recording or transcript was given for all" in given.stdout
    assert "split the file" in given.stdout
    assert beside.stdout.startswith("2 failed.\n2 meetings: cannot find www.youtube.com")


# -- unattended --------------------------------------------------------------------------------------------------------


def test_quiet_says_nothing_where_nobody_has_to_do_anything(notes: Path, data: Path) -> None:
    """Neither of what was done nor of what there was not to do."""
    for _ in range(2):
        result = cli("run", notes, "--transcript", VTT, "--data-dir", data, "--quiet")
        assert (result.exit_code, result.output) == (0, "")


def test_quiet_says_what_somebody_has_to_do_something_about(week: Path, data: Path) -> None:
    """What failed, by its reason, and notes that lack a recording: the latter once."""
    (week / "link.md").symlink_to("/etc/hostname")
    env = {"JUMPNOTES_ALLOW_HOSTS": "127.0.0.1:9"}
    first, again = (cli("run", week, "--data-dir", data, "-q", env=env) for _ in range(2))

    assert (first.exit_code, first.stderr) == (again.exit_code, again.stderr) == (1, "")
    assert [line for line in first.stdout.splitlines() if not line.startswith("  ")] == [
        f"{week / '2024-03-04.md'}: no recording is linked in these notes",
        "3 notes: 127.0.0.1 cannot be reached (2024-03-03.md, 2024-03-02.md, 2024-03-01.md)",
    ]
    assert "no recording" not in again.stdout


def test_notes_that_another_run_is_at_are_busy(notes: Path, stored: Path) -> None:
    """An exit code of its own, no failure stored, and nothing to read for those who want quiet."""
    with notes.open("a") as opened:
        opened.write("\n- Bees\n")
    with FileLock(stored / "checkpoints" / f"{SLUG}.lock"):
        busy = cli("run", notes, "--data-dir", stored)
        quiet = cli("run", notes, "--data-dir", stored, "--quiet")

    assert (busy.exit_code, quiet.exit_code, quiet.output) == (75, 75, "")
    assert busy.stdout.startswith(f"{notes}: another jumpnotes is working on these notes\n  hint: Nothing was lost")
    assert "failure" not in cli("export", SLUG, "--format", "json", "--data-dir", stored).stdout
    assert cli("run", notes, "--data-dir", stored).exit_code == 0


def test_an_interrupted_run_says_that_the_next_one_goes_on(tmp_path: Path, data: Path) -> None:
    """Ctrl+C while a host does not answer: exit code 130, no traceback, and what was done is shown."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        (tmp_path / "2024-03-01.md").write_text(f"# Call\n\nRecording: http://127.0.0.1:{port}/call.m4a\n")
        (tmp_path / "2024-03-02.md").write_text("# Bare call\n")
        env = os.environ | {"JUMPNOTES_ALLOW_HOSTS": f"127.0.0.1:{port}"}
        command = [*MAIN, "run", str(tmp_path), "--data-dir", str(data)]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        ) as running:
            try:
                mute.settimeout(60)
                asked, _ = mute.accept()
                running.send_signal(signal.SIGINT)
                stdout, stderr = running.communicate(timeout=60)
                asked.close()
            finally:
                running.kill()

    assert running.returncode == 130
    assert "2024-03-02.md: no recording" in stdout
    assert stderr.splitlines()[-1] == "Stopped. What is done is kept: the same command goes on from here."
    assert "Traceback" not in stderr


def test_a_recording_that_is_named_and_not_there_is_not_called_missing_from_the_notes(tmp_path: Path) -> None:
    """The notes are right; it is the file that has to come."""
    notes = tmp_path / "call.md"
    notes.write_text("# Call 2024-03-05\n\nRecording: call.mp4\n\n## Compost\n")

    result = cli("run", notes, "--data-dir", tmp_path / "data")

    assert "call.md: the recording that these notes name is not there\n  hint: Put the file beside" in result.stdout
    assert "no recording is linked" not in result.stdout


def test_an_offset_is_for_one_transcript_of_one_meeting(notes: Path, data: Path) -> None:
    """It says what is wrong with it before anything is run."""
    other = Path(shutil.copy(notes, notes.with_name("other.md")))
    wrong = [
        (notes, "--offset", "later"),
        (notes, other, "--offset", "-104"),
        (notes, "--transcript", VTT, "--transcript", VTT, "--offset", "-104"),
    ]

    told = [cli("run", *args, "--data-dir", data) for args in wrong]

    assert [result.exit_code for result in told] == [2, 2, 2]
    for result, reason in zip(told, ["1:00:00", "single notes file", "single transcript"], strict=True):
        assert reason in result.stderr
