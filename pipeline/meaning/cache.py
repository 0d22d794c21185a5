"""Where the vectors of transcripts are kept, so that a transcript is read once: a folder with one file for each.

What is in the files is `vector_file`'s business: whoever lists or deletes them needs neither NumPy nor the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from struct import pack

_SUFFIX = ".vectors"


def key_of(texts: Iterable[str], start: Iterable[float]) -> str:
    """64 hexadecimal digits for what is said, and when it begins: others for any other words or seconds."""
    digest = sha256()
    for text, second in zip(texts, start, strict=True):
        said = text.encode("utf-8", "surrogatepass")
        digest.update(pack("<dQ", second, len(said)) + said)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class VectorCache:
    """A folder of vectors. Names are those of files: a meeting's slug, or what `key_of` gives."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / f"{name}{_SUFFIX}"

    def names(self) -> list[str]:
        """Of what is kept; none while there is no folder."""
        try:
            return [file.name.removesuffix(_SUFFIX) for file in self.folder.iterdir() if _is_kept(file)]
        except OSError:
            return []

    def forget(self, name: str) -> None:
        """Delete what is kept under the name, and what writing it left when it was killed.

        Raises:
            OSError: it cannot be deleted.
        """
        for file in list(self.folder.iterdir()) if self.folder.exists() else ():
            kept, suffix, _ = file.name.removeprefix(".").partition(_SUFFIX)
            if suffix and kept == name:
                file.unlink(missing_ok=True)


def _is_kept(file: Path) -> bool:
    return file.name.endswith(_SUFFIX) and not file.name.startswith(".")
