"""The Compose files: what Compose would take, and what their services do as processes of this machine."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from pipeline.config import SETTINGS
from tests.compose.services import Composition, interpolated
from tests.conftest import ROOT

FILES = ("docker-compose.yml", "docker-compose.sqlite.yml")
SCHEMA = json.loads((Path(__file__).parent / "compose-spec.json").read_text())


def wait_for(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize("name", FILES)
def test_compose_takes_the_file(name: str) -> None:
    """By the schema of its specification; what is misspelt is refused."""
    composed = yaml.safe_load((ROOT / name).read_text())
    schema = jsonschema_rs.validator_for(SCHEMA)
    schema.validate(composed)
    composed["services"]["web"]["helthcheck"] = {}
    assert not schema.is_valid(composed)


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_refers_to_is_there(name: str) -> None:
    """Volumes, services, targets of the Dockerfile, and settings of jumpnotes."""
    composed = yaml.safe_load((ROOT / name).read_text())
    stages = {line.split()[-1] for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("FROM ")}
    known = {setting.variable for setting in SETTINGS}
    for service in composed["services"].values():
        assert set(service.get("depends_on", {})) <= composed["services"].keys()
        assert service.get("build", {}).get("target", "web") in stages
        assert {each for each in service["environment"] if each.startswith("JUMPNOTES_")} <= known
        sources = {each.split(":")[0] for each in service["volumes"]}
        assert {each for each in sources if each.isalpha()} <= composed["volumes"].keys()


def test_there_can_be_several_workers_and_nobody_reaches_the_database() -> None:
    """No name and no port is a worker's; the database is in no network, and has no password that others know."""
    services = yaml.safe_load((ROOT / FILES[0]).read_text())["services"]
    assert not services["worker"].keys() & {"container_name", "ports", "hostname"}
    assert services["database"]["network_mode"] == "none"
    assert "ports" not in services["database"]
    assert services["database"]["image"].partition(":")[2].isdigit()
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_variables_are_filled_in_as_compose_does() -> None:
    """With what is given, or else with what the file says."""
    given: dict[str, Any] = {"a": ["${A:-x/y?z=1}", "${B}", "$B", "$$B", "${C-}", "${A-x}"]}
    assert interpolated(given, {"A": "", "B": "b"}) == {"a": ["x/y?z=1", "b", "b", "$B", "", ""]}


def test_its_services_do_their_work_together(tmp_path: Path) -> None:
    """The database, the pages and two workers, as `docker compose up --scale worker=2` starts them."""
    composition = Composition(ROOT / FILES[0], tmp_path)
    (composition.volume("notes") / "call.md").write_text("# A new call\n\nRain barrels.\n")
    web, worker = composition.service("web"), composition.service("worker")
    with ExitStack() as stack:
        database = stack.enter_context(composition.database())
        wait_for(database.is_healthy)
        stack.enter_context(web.running(tmp_path / "web.log"))
        workers = [stack.enter_context(worker.running(tmp_path / f"{number}.log")) for number in (1, 2)]
        wait_for(web.is_healthy)
        wait_for(worker.is_healthy)
        added = worker.run("jumpnotes", "jobs", "add", "/notes")
        assert added.returncode == 0, added.stderr
        wait_for(lambda: "A new call" in page(composition, "meetings/"))
        assert "<mark>barrels</mark>" in page(composition, "search?q=barrels")
        for process in workers:
            process.terminate()
        assert [process.wait(30) for process in workers] == [0, 0]
        assert not worker.is_healthy()
    assert not web.is_healthy()
    assert "Traceback" not in "".join(log.read_text() for log in tmp_path.glob("*.log"))


def page(composition: Composition, address: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{composition.port}/{address}") as answer:
        return str(answer.read().decode())
