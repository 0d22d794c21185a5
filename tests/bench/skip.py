"""How long `jumpnotes run` takes over a folder of 1,000 finished notes."""

from __future__ import annotations

import tempfile
import time
from hashlib import sha256
from pathlib import Path

from pipeline import notes
from pipeline.config import Settings
from pipeline.records import RunKey
from pipeline.refresh import Archive
from pipeline.run.plan import ALIGNER
from tests.conftest import CALL, jumpnotes

MEETINGS = 1_000
GOAL = 3.0
"""Seconds."""


def main() -> None:
    source = (CALL / "2024-03-05-garden.md").read_text()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "notes").mkdir()
        archive = Archive.open(Settings(data_dir=root / "data"))
        store = archive.store
        for number in range(MEETINGS):
            path = root / "notes" / f"{number:04}.md"
            path.write_text(source.replace("garden call", f"garden call {number}"))
            document = notes.read(path)
            slug = store.claim(str(path.resolve()), document.slug)
            store.save_notes(document)
            digest = sha256(path.read_bytes()).hexdigest()
            store.finish(slug, RunKey(notes=digest, aligner=ALIGNER))
        archive.close()
        start = time.perf_counter()
        done = jumpnotes("run", root / "notes", "--data-dir", root / "data")
        took = time.perf_counter() - start
    assert done.stdout.strip() == f"{MEETINGS} unchanged.", done.stdout + done.stderr
    print(f"{MEETINGS} finished notes skipped in {took:.2f} s (goal {GOAL:.0f} s, ratio {took / GOAL:.2f})")


if __name__ == "__main__":
    main()
