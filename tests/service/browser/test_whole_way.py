"""The whole way, nothing stood in for: a link is pasted, a worker fetches and hears it, and the meeting is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pipeline.audio import SAMPLE_RATE, open_sound
from pipeline.config import Settings
from pipeline.jobs import worker as module
from pipeline.jobs.worker import Worker, working
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.conftest import ROOT
from tests.pipeline.jobs.conftest import children, wait_for
from tests.pipeline.jobs.test_worker import CANCELLED_WITHIN_SECONDS, SHORT_CHUNKS
from tests.pipeline.transcribe.recordings import save
from tests.service.file_server import serving_files
from tests.service.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.model]

LENGTH_SECONDS = 75
PATIENCE_MS = 60_000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, model="tiny.en", allow_hosts=frozenset({"127.0.0.1"}), meaning=False)


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """With a worker beside it, as `jumpnotes serve` has one; its checkpoints come sooner."""
    monkeypatch.setattr(module, "_MAIN", SHORT_CHUNKS + module._MAIN)
    app = create_app(settings)
    with working(Worker(settings)):
        yield app
    nearest.close(app)
    archive_of(app).close()


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """The beginning of the re-enacted meeting, on a host on loopback."""
    with open_sound(ROOT / "seeds" / "reenactment.m4a") as sound:
        blocks = []
        for block in sound.blocks:
            blocks.append(block)
            if sum(map(len, blocks)) >= LENGTH_SECONDS * SAMPLE_RATE:
                break
    (tmp_path / "host").mkdir()
    save(tmp_path / "host" / "call.wav", np.concatenate(blocks)[: LENGTH_SECONDS * SAMPLE_RATE])
    with serving_files(tmp_path / "host") as url:
        yield f"{url}call.wav"


def test_from_a_link_to_the_page(app: Flask, page: Page, link: str) -> None:
    """What was understood; the transcript as it is heard; cancelled, and tried again; and the page at the end."""
    page.set_default_timeout(PATIENCE_MS)
    with served(app) as url:
        page.goto(f"{url}new")
        page.get_by_label("Link of the recording").fill(link)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="This is what was understood")).to_be_visible(timeout=PATIENCE_MS)
        form = page.locator(".corrections")
        form.get_by_label("Title").fill("Office hours")
        form.get_by_label("Date").fill("2020-01-21")
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/jobs/*")
        expect(page.locator(".hearing-lines")).to_contain_text("headset", timeout=PATIENCE_MS)
        expect(page.get_by_text("of 1:15 heard")).to_be_visible()

        page.get_by_role("button", name="Cancel").click()
        expect(page.locator(".state").first).to_have_text("Cancelled", timeout=PATIENCE_MS)
        wait_for(lambda: not children(), CANCELLED_WITHIN_SECONDS)
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".state").first).to_have_text("Done", timeout=PATIENCE_MS)
        page.get_by_role("link", name="Office hours").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Office hours")
        expect(page.locator("time[datetime='2020-01-21']").first).to_be_visible()
        expect(page.get_by_text("good morning").first).to_be_attached()
        expect(page.locator("audio[src*='media'], video[src*='media']").first).to_be_attached()
