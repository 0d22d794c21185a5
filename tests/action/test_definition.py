"""action.yml and the workflows that the documentation shows."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action.github import definition
from tests.conftest import ROOT

HOW_TO = (ROOT / "docs" / "how-to.md").read_text()
EXAMPLES = {
    name: (kind, block)
    for kind, name, block in re.findall(r"<!-- (workflow|steps): ([^\n]+) -->\n```yaml\n(.*?)```", HOW_TO, re.DOTALL)
}
STEPS = definition()["runs"]["steps"]
OURS = "OWNER/jumpnotes@COMMIT"
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def _workflow(name: str) -> str:
    """An example as a workflow, with some commit in place of COMMIT."""
    kind, block = EXAMPLES[name]
    text: str = block if kind == "workflow" else EXAMPLES["pull requests"][1] + block
    return text.replace(OURS, "owner/jumpnotes@0123456789abcdef0123456789abcdef01234567")


def _zizmor(path: Path, persona: str = "regular") -> subprocess.CompletedProcess[str]:
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--quiet", "--persona", persona, "--no-config", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_zizmor_finds_nothing_in_the_action() -> None:
    """Not even what only the pedantic would mind."""
    done = _zizmor(ROOT / "action.yml", "pedantic")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_zizmor_finds_nothing_in_the_examples(name: str, tmp_path: Path) -> None:
    """People copy them: they are pinned, with the least permissions, and keep no token."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "example.yml").write_text(_workflow(name))
    done = _zizmor(folder / "example.yml")

    assert done.returncode == 0, done.stdout


def test_the_example_is_short_and_the_examples_know_the_inputs() -> None:
    """25 lines do, and `with:` names nothing that is no input; every path of an output exists."""
    inputs = definition()["inputs"]
    given = [step.get("with", {}) for step in _steps_of_examples() if "/jumpnotes@" in step["uses"]]

    assert len(EXAMPLES["pull requests"][1].splitlines()) <= 25
    assert len(given) == 4
    assert [name for each in given for name in each if name not in inputs] == []
    assert set(re.findall(r"steps\.notes\.outputs\.([\w-]+)", HOW_TO)) <= definition()["outputs"].keys()


def _steps_of_examples() -> Iterator[dict[str, Any]]:
    for name in EXAMPLES:
        for job in yaml.safe_load(_workflow(name))["jobs"].values():
            yield from job["steps"]


def test_others_actions_are_pinned_to_a_commit() -> None:
    """In action.yml and in the examples, with the version beside it."""
    text = (ROOT / "action.yml").read_text() + "".join(block for _, block in EXAMPLES.values())
    used = [each for each in re.findall(r"uses: (.+)", text) if not each.startswith(OURS)]

    assert len(used) == 6
    assert [each for each in used if not PINNED.fullmatch(each)] == []


def test_the_documented_inputs_and_outputs_are_those_of_the_action() -> None:
    """The tables of the documentation are made of action.yml."""
    action = definition()
    inputs = ["| input | | default |", "| --- | --- | --- |"]
    for name, each in action["inputs"].items():
        default = f"`{each['default']}`" if each["default"] else "none"
        inputs.append(f"| `{name}` | {_in_line(each['description'])} | {default} |")
    outputs = ["| output | |", "| --- | --- |"]
    outputs += [f"| `{name}` | {_in_line(each['description'])} |" for name, each in action["outputs"].items()]

    assert "\n".join(inputs) in HOW_TO, "\n".join(inputs)
    assert "\n".join(outputs) in HOW_TO, "\n".join(outputs)


def _in_line(text: str) -> str:
    return " ".join(text.split())


def test_no_expression_is_part_of_a_script() -> None:
    """What anybody may have written comes as a variable, and only the last step is given the token."""
    scripts = [step["run"] for step in STEPS if "run" in step]

    assert [script for script in scripts if "${{" in script] == []
    assert {re.sub(r"run\.py\" \w+", "", script) for script in scripts} <= {
        '"$PYTHON" "$GITHUB_ACTION_PATH/.github/action/',
        '"$INPUT_PYTHON" "$GITHUB_ACTION_PATH/.github/action/',
        '"$INPUT_PYTHON" "$GITHUB_ACTION_PATH/.github/action/ "$NEEDS"',
    }
    with_token = [step["id"] for step in STEPS if "token" in str(step.get("env"))]
    assert with_token == ["publish"]
