"""Where the vectors of transcripts are kept, so that a transcript is read once: a folder with one file for each.

Whoever deletes from it needs neither NumPy nor the model.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from struct import pack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.arrays import FloatArray
    from pipeline.meaning.vectors import SpeechVectors

_log = logging.getLogger(__name__)

_SUFFIX = ".vectors"


def key_of(texts: Sequence[str], start: Sequence[float] | FloatArray) -> str:
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

    def read(self, name: str, key: str, encoder: str) -> SpeechVectors | None:
        """What is kept under this name, if it is of that content (`key_of`) and by that encoder, and whole."""
        from pipeline.meaning import vector_file

        return vector_file.read(self.path(name), bytes.fromhex(key), encoder)

    def write(self, name: str, key: str, encoder: str, vectors: SpeechVectors) -> None:
        """Keep this in place of what is kept under the name. If that fails, it is told, and made anew next time."""
        from pipeline.meaning import vector_file

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            vector_file.write(self.path(name), vectors, bytes.fromhex(key), encoder)
        except OSError as error:
            _log.warning("%s: what the sentence model found cannot be kept: %s", self.folder, error.strerror)

    def forget(self, name: str) -> None:
        """Delete what is kept under the name, and what writing it left when it was killed.

        Raises:
            OSError: it cannot be deleted.
        """
        self._delete({name}, listed=True)

    def keep_only(self, names: Collection[str]) -> None:
        """Delete everything else.

        Raises:
            OSError: it cannot be deleted.
        """
        self._delete(names, listed=False)

    def _delete(self, names: Collection[str], *, listed: bool) -> None:
        for file in list(self.folder.iterdir()) if self.folder.exists() else ():
            name, suffix, _ = file.name.removeprefix(".").partition(_SUFFIX)
            if suffix and (name in names) is listed:
                file.unlink(missing_ok=True)


def _is_kept(file: Path) -> bool:
    return file.name.endswith(_SUFFIX) and not file.name.startswith(".")
