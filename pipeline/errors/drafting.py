"""What somebody wants to become a meeting, or wants its notes to say, cannot be taken as it is."""

from __future__ import annotations

from pipeline.errors.base import JumpnotesError


class DraftError(JumpnotesError):
    """A draft that cannot be taken."""

    hint = "Correct it, and try again."


class DraftNotFound(DraftError):
    hint = "Drafts that nobody goes on with are removed after two days. Begin again."

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"no draft {draft_id[:40]!r}")


class UploadOffset(DraftError):
    """A piece of a file that does not follow what is there. `received` is how many bytes are."""

    hint = "Go on from there."

    def __init__(self, received: int) -> None:
        super().__init__(f"the file goes on at byte {received}")
        self.received = received


class NotesElsewhere(JumpnotesError):
    """Notes that are no file of ours, and so are never overwritten."""

    hint = "Edit them there; they are read again with the next run."

    def __init__(self, name: str) -> None:
        super().__init__(f"these notes are kept in a file elsewhere: {name}")


class NotesChanged(JumpnotesError):
    """Somebody else has edited the notes. `digest` is that of what they are now."""

    hint = "Reload the page, and put your changes in again."

    def __init__(self, digest: str) -> None:
        super().__init__("these notes have been edited meanwhile")
        self.digest = digest


class VersionNotFound(JumpnotesError):
    hint = "Reload the page."

    def __init__(self, number: int) -> None:
        super().__init__(f"these notes have no version {number}")
