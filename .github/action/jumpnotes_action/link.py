"""The notes linked or checked by the command line of jumpnotes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from jumpnotes_action import report
from jumpnotes_action.changes import ChangedFile, changes
from jumpnotes_action.inputs import Inputs, Mode, read_inputs
from jumpnotes_action.runner import ActionError, add_summary, annotate, run_quoted, set_output, work_folder
from jumpnotes_action.ways import NotesByWay, Way, models_folder
from pipeline import notes as reader
from pipeline.corrections.toml_file import beside
from pipeline.errors import JumpnotesError
from pipeline.file_names import printable

_FINDING = re.compile(r":(\d{1,9}): (.*)")
_REFUSED = "A transcript beside the notes, called like them, needs nothing of YouTube, which refuses GitHub's machines."


def link() -> bool:
    """Link the notes, or check them. Returns whether a check found nothing.

    Raises:
        ActionError: jumpnotes could not do it.
    """
    inputs, notes = read_inputs(), NotesByWay.saved()
    os.environ["JUMPNOTES_DATA_DIR"] = str(inputs.data_dir or work_folder() / "data")
    os.environ.setdefault("HF_HOME", str(models_folder(inputs)))
    if inputs.mode is Mode.CHECK:
        return _check(inputs, notes)
    if inputs.mode is Mode.SITE:
        _make_site(inputs, notes)
        return True
    _write(inputs, notes)
    return True


def _jumpnotes(*arguments: str | Path) -> list[str]:
    return [str(Path(sys.executable).with_name("jumpnotes")), *map(str, arguments)]


def _annotate(
    options: Sequence[str | Path], files: Sequence[Path], level: Literal["error", "warning"]
) -> subprocess.CompletedProcess[str]:
    """Write or check links. What could not be read or written is told beside its file."""
    done = run_quoted(_jumpnotes("annotate", *options, "--", *files))
    if done.returncode > 1:
        raise ActionError("jumpnotes annotate failed; the log says why.")
    names = _names(files)
    for line in done.stderr.split("\n"):
        if line.startswith("error: "):
            problem = line.removeprefix("error: ")
            annotate(level, problem, file=names.get(_name_before(problem, names), ""))
    return done


def _names(files: Sequence[Path]) -> dict[str, str]:
    """The files by their names as they are printed, which may hold anything but a line break."""
    return {printable(str(path)): str(path) for path in files}


def _name_before(line: str, names: Mapping[str, str]) -> str:
    """The name that a line begins with, "" for none."""
    return max((name for name in names if line.startswith(f"{name}:")), key=len, default="")


# -- written -----------------------------------------------------------------------------------------------------------


def _write(inputs: Inputs, notes: NotesByWay) -> None:
    before = dict(_texts(notes.all))
    beside_before = _corrections(notes.all)
    for way in (Way.CAPTIONS, Way.RUN):
        _run(inputs, notes.files.get(way, ()), way)
    for files, options in _in_two(inputs, notes):
        _annotate(["--yes", *options], files, "warning")
    after = dict(_texts(notes.all))
    changed = [made for path in before if (made := changes(str(path), before[path], after.get(path, before[path])))]
    beside_after = _corrections(notes.all)
    others = [path for path in {**beside_before, **beside_after} if beside_before.get(path) != beside_after.get(path)]
    _tell(changed, others)


def _tell(changed: Sequence[ChangedFile], others: Sequence[Path]) -> None:
    is_changed = bool(changed or others)
    set_output("changed", "true" if is_changed else "false")
    set_output("summary", report.totals(changed) if is_changed else "nothing to do")
    add_summary(report.job_summary(changed) if changed else "### jumpnotes: nothing to do")
    handed_on = {"paths": [*(each.path for each in changed), *map(str, others)]}
    (work_folder() / "changed.json").write_text(json.dumps(handed_on))
    body = report.pull_request_body(changed, [str(path) for path in others])
    (work_folder() / "body.md").write_text(body, encoding="utf-8")


def _in_two(inputs: Inputs, notes: NotesByWay) -> Iterator[tuple[Sequence[Path], list[str | Path]]]:
    """The notes that are linked by a transcript, and the others, with the options of `annotate`."""
    options: list[str | Path] = ["--style", inputs.style, "--min", inputs.minimum]
    options += ["--site", inputs.site_url] if inputs.site_url else []
    nothing = work_folder() / "nothing"  # besides what lies beside the notes
    nothing.mkdir(exist_ok=True)
    if given := notes.files.get(Way.TRANSCRIPT):
        yield given, [*options, "--transcript", inputs.transcripts or nothing]
    if others := [path for way, paths in notes.files.items() for path in paths if way is not Way.TRANSCRIPT]:
        yield others, options


def _run(inputs: Inputs, files: Sequence[Path], way: Way) -> None:
    """Take notes through all stages. One that fails is told; the others are linked all the same."""
    if not files:
        return
    options: list[str | Path] = ["--model", inputs.model, "--format", "json"]
    if way is Way.CAPTIONS:
        options += ["--transcript", "captions"]
    elif inputs.transcripts:
        options += ["--transcript", inputs.transcripts]
    done = run_quoted(_jumpnotes("run", *options, "--", *files), is_long=True)
    told = 0
    for line in done.stdout.split("\n"):
        with suppress(json.JSONDecodeError):
            outcome = json.loads(line)
            if problem := outcome.get("error"):
                hint = _REFUSED if way is Way.CAPTIONS else outcome.get("hint") or ""
                annotate("warning", f"{problem}. {hint}", file=str(outcome.get("notes", "")))
                told += 1
    if done.returncode and not told:
        raise ActionError("jumpnotes run failed; the log says why.")


def _texts(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        with suppress(JumpnotesError):  # it has been told of by the step before
            yield path, reader.read_text(path)


def _corrections(paths: Sequence[Path]) -> dict[Path, bytes]:
    return {file: file.read_bytes() for path in paths if (file := beside(path)).is_file()}


# -- checked -----------------------------------------------------------------------------------------------------------


def _check(inputs: Inputs, notes: NotesByWay) -> bool:
    findings, is_good = [], True
    for files, options in _in_two(inputs, notes):
        done = _annotate(["--check", *options], files, "error")
        findings += list(_findings(done.stdout, files))
        is_good &= done.returncode == 0
    for path, line, problem in findings:
        annotate("error", problem, file=path, line=line)
    result = f"{len(findings)} to put right" if findings else "the links are right" if is_good else "not all was read"
    add_summary(report.check_summary(result, findings))
    set_output("changed", "false")
    set_output("summary", result)
    return is_good


def _findings(printed: str, files: Sequence[Path]) -> Iterator[tuple[str, int, str]]:
    """What a check printed: path, line and problem."""
    names = _names(files)
    for line in printed.split("\n"):
        name = _name_before(line, names)
        if found := _FINDING.fullmatch(line, len(name)) if name else None:
            yield names[name], int(found[1]), found[2]


# -- published ---------------------------------------------------------------------------------------------------------


def _make_site(inputs: Inputs, notes: NotesByWay) -> None:
    """The archive as a folder of plain files."""
    for way in (Way.TRANSCRIPT, Way.CAPTIONS, Way.RUN):
        _run(inputs, notes.files.get(way, ()), way)
    folder = work_folder() / "site"
    address = ["--base-url", inputs.site_url] if inputs.site_url else []
    if run_quoted(_jumpnotes("site", *address, "--", folder), is_long=True).returncode:
        raise ActionError("The site could not be made; the log says why.")
    set_output("changed", "false")
    set_output("site", str(folder))
    set_output("summary", "the site was made")
    add_summary("### jumpnotes: the site was made")
