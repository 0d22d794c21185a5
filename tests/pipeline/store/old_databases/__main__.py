"""Makes the files of SQL that are missing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.pipeline.store.old_databases import FOLDER, dump, make, revisions


def main() -> None:
    for revision in revisions():
        file = FOLDER / f"{revision}.sql"
        if file.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "jumpnotes.db"
            make(path, revision)
            file.write_text(dump(path), encoding="utf-8")
        print(f"{file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
