"""What the documents say is true."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import json
import re
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest
import yaml

from docs import tables
from pipeline.cli import main
from pipeline.config import SETTINGS_FILE_VARIABLE, Settings
from tests.bench import languages
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "seeds").glob("*.md")])

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())

_FIGURE = re.compile(r"[−+~-]?[\d.,]+(?: ?(?:%|s|ms|min|h|kB|MB|GB))?")


def test_the_reference_is_what_the_program_says() -> None:
    """`make docs` has been run since the last change of an option."""
    made = subprocess.run([sys.executable, "docs/reference.py"], capture_output=True, text=True, check=True, cwd=ROOT)

    assert (ROOT / "docs" / "reference.md").read_text() == made.stdout


def test_every_setting_is_in_the_reference() -> None:
    """Each field of Settings is an environment variable people can look up, and nothing else is."""
    named = set(re.findall(r"`(JUMPNOTES_[A-Z_]+)`", (ROOT / "docs" / "reference.md").read_text()))

    fields = {f"JUMPNOTES_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert named == fields | {SETTINGS_FILE_VARIABLE}


def test_every_place_of_the_data_folder_is_named_where_it_is_backed_up() -> None:
    """People can see of each what is lost with it."""
    told = (ROOT / "docs" / "keeping.md").read_text().partition("## Back up")[2].partition("\n## ")[0]
    settings = Settings(data_dir=ROOT)
    places = [getattr(settings, name) for name, value in vars(Settings).items() if isinstance(value, property)]
    assert len(places) > 8
    assert [place.name for place in places if f"`{place.name}" not in told] == []


# -- figures -----------------------------------------------------------------------------------------------------------


@each_page
def test_tables_of_figures_are_what_the_program_makes_of_the_results(page: Path) -> None:
    """No figure in a table is copied by hand, and no mean or ratio is computed by hand."""
    text = page.read_text()

    assert tables.with_tables(text) == text


@each_page
def test_no_table_of_figures_is_written_by_hand(page: Path) -> None:
    """A table with a number in a cell is between the comments that say which program makes it."""
    if page.name == "reference.md":
        return  # a program makes all of it
    by_hand = tables.BLOCK.sub("", page.read_text())
    cells = [cell.strip(" *") for line in by_hand.splitlines() if line.startswith("|") for cell in line.split("|")]

    assert [cell for cell in cells if _FIGURE.fullmatch(cell)] == []


@each_page
def test_no_block_of_figures_is_empty(page: Path) -> None:
    """What is promised between its comments is there."""
    blocks = tables.BLOCK.finditer(page.read_text())

    assert [found[2] for found in blocks if not re.search(r"\d", found[0].removeprefix(found[1]))] == []


def test_every_table_is_shown() -> None:
    """What a program makes of the results is in a page."""
    shown = {name for page in PAGES for _, name, _ in tables.BLOCK.findall(page.read_text())}

    assert shown == set(tables.TABLES)


@pytest.mark.parametrize("result", sorted(tables.RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_result_says_how_to_measure_it_again(result: Path) -> None:
    """It names a command, whose program exists."""
    command = json.loads(result.read_text())["command"]

    assert [name for name in re.findall(r"python -m ([\w.]+)", command) if importlib.util.find_spec(name) is None] == []


def test_the_figures_of_other_languages_are_those_of_today() -> None:
    """Most of these meetings are in the repository: what the page says of them is measured again."""
    recorded = tables.results("languages")
    ours = languages.read([languages.OUR_CASES])

    for way, place in languages.ways().items():
        for name, found in languages.figures(ours, place).items():
            assert found == pytest.approx(recorded[way][name], abs=1e-6)


# -- names -------------------------------------------------------------------------------------------------------------


@each_page
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    """No relative link or picture is dead, and every heading that is linked to exists."""
    dead = []
    for target, heading in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)", page.read_text()):
        other = page.parent / target if target else page
        if not other.exists() or (heading and heading not in _anchors(other.read_text())):
            dead.append(f"{target}#{heading}")

    assert dead == []


def test_every_section_of_the_how_to_is_listed_at_its_top() -> None:
    top, *sections = re.split(r"^## … ", (ROOT / "docs" / "how-to.md").read_text(), flags=re.MULTILINE)
    linked = re.findall(r"\(#([^)]+)\)", top)

    assert sorted(linked) == sorted(_anchors("\n".join(f"## … {section.splitlines()[0]}" for section in sections)))


def _anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@each_page
def test_files_and_names_in_the_pages_exist(page: Path) -> None:
    """`pipeline/…` is a file or folder, `pipeline.…` a module or something in one, `python -m …` a program."""
    text = page.read_text()
    paths = re.findall(r"`((?:pipeline|service|tests|docs|seeds)/[\w./-]*)`", text)
    names = re.findall(r"(?:`|python -m )((?:pipeline|tests)(?:\.\w+)+)", text)

    assert [path for path in paths if "NAME" not in path and not (ROOT / path).exists()] == []
    assert [name for name in names if not _exists(name)] == []


def _exists(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    return importlib.util.find_spec(name) is not None or hasattr(importlib.import_module(module), attribute)


def test_constants_in_the_pages_have_these_values() -> None:
    """`module.CONSTANT` = value, in the explanations of the aligner and of misheard words."""
    pages = "".join((ROOT / "docs" / page).read_text() for page in ("algorithm.md", "misheard.md"))
    stated = re.findall(r"`(\w+)\.([A-Z_]+)` = (\d[\d.]*\d|\d)", pages)

    assert len(stated) > 30
    assert [each for each in stated if _constant(each[0], each[1]) != float(each[2])] == []


def _constant(module: str, name: str) -> object:
    """What it is in the room that has such a module; None where none has it."""
    for room in ("pipeline.align", "pipeline.language", "pipeline.misheard", "pipeline"):
        if importlib.util.find_spec(f"{room}.{module}"):
            return getattr(importlib.import_module(f"{room}.{module}"), name, None)
    return None


def test_the_make_targets_people_are_told_of_exist() -> None:
    """`make help` lists them, and every `make …` in the documents is one of them."""
    listed = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    targets = set(re.findall(r"^  make (\w+)", listed, re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:^|`)make (\w+)", page.read_text(), re.MULTILINE)}

    assert {"demo", "test", "check", "serve", "bench", "docs"} <= targets
    assert named <= targets


@each_page
def test_the_commands_and_options_people_are_told_of_exist(page: Path) -> None:
    """In code blocks and between the lines: `jumpnotes run --quiet` is a command that has this option."""
    if page.name == "reference.md":
        return  # a program makes all of it
    lines = re.findall(r"(?:^|[`/ (])jumpnotes ((?:-|[a-z])[^`\n)]*)", page.read_text(), re.MULTILINE)

    assert [(line, problem) for line in lines if (problem := _unknown_in(_words(line)))] == []


def _words(line: str) -> list[str]:
    with suppress(ValueError):  # a quotation mark of a sentence
        return shlex.split(re.split(r"[,;|>]| && ", line)[0], comments=True)
    return []


def _unknown_in(words: list[str]) -> str | None:
    """What is no command and no option of it; prose about jumpnotes is no command either."""
    command: click.Command = main
    options = _options_of(main)
    for number, word in enumerate(words):
        if word.startswith("-") and word != "-":
            if word.partition("=")[0] not in options:
                return word
        elif isinstance(command, click.Group) and (not words[number - 1].startswith("-") or number == 0):
            inner = command.get_command(click.Context(command), word)
            if inner is None:
                return word if any(other.startswith("--") for other in words) else None
            command = inner
            options |= _options_of(command)
    return None


def _options_of(command: click.Command) -> set[str]:
    return {name for param in command.params for name in param.opts} | {"--help", "--version"}


def test_the_services_and_arguments_of_compose_that_people_are_told_of_exist() -> None:
    """In pages, in what the program says, and where the images are tried."""
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    dockerfile = (ROOT / "Dockerfile").read_text()
    places = [
        *PAGES,
        ROOT / "docker-compose.yml",
        *(ROOT / ".github").rglob("*.yml"),
        *(ROOT / "pipeline").glob("*.py"),
    ]
    told = "\n".join(place.read_text() for place in places)
    named = set(re.findall(r"docker compose (?:run --rm(?: -v \S+)?|logs|exec) (\S+?)[ `\n]", told))
    named |= set(re.findall(r"docker compose build --build-arg \S+ (\w+)", told))

    assert named == composed["services"].keys()
    assert set(re.findall(r"--build-arg (\w+)", told)) == set(re.findall(r"^ARG (\w+)", dockerfile, re.MULTILINE))
    assert "--profile" not in told
