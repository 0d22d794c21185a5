"""What nobody thought of: a bug, told in one line, so that the other meetings go on."""

from __future__ import annotations

from pipeline.errors import JumpnotesError

_MAX_SHOWN_CHARS = 200  # of what an error that is none of ours says


class UnexpectedError(JumpnotesError):
    """A bug in jumpnotes, as people see it. The traceback is its cause."""

    hint = "This is a bug in jumpnotes. -vv shows where; please report that."

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"{type(error).__name__}: {' '.join(str(error).split())[:_MAX_SHOWN_CHARS]}")
