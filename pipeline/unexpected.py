"""What nobody thought of, told in one line so that other meetings go on: a bug, or an extra that is not installed."""

from __future__ import annotations

from pipeline.errors import JumpnotesError

_MAX_SHOWN_CHARS = 200  # of what an error that is none of ours says

_EXTRA_BY_MODULE = {
    "babel": "web",
    "flask": "web",
    "waitress": "web",
    "mcp": "mcp",
    "pydantic": "mcp",
    "av": "pipeline",
    "faster_whisper": "pipeline",
    "numpy": "pipeline",
    "rapidfuzz": "pipeline",
    "yt_dlp": "pipeline",
}
"""Which extra of the distribution installs a module."""


class UnexpectedError(JumpnotesError):
    """A bug in jumpnotes, as people see it. The traceback is its cause."""

    hint = "This is a bug in jumpnotes. -vv shows where; please report that."

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"{type(error).__name__}: {' '.join(str(error).split())[:_MAX_SHOWN_CHARS]}")


class ExtraMissing(JumpnotesError):
    """What was asked for needs a library that the base install has not."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(f"this needs {module}, which is not installed", hint=f"pip install 'jumpnotes[{extra}]'")


def as_our_error(error: BaseException) -> JumpnotesError:
    """An error that is none of ours, as one that says what to do about it."""
    if isinstance(error, ModuleNotFoundError):
        module = (error.name or "").partition(".")[0]
        if extra := _EXTRA_BY_MODULE.get(module):
            return ExtraMissing(module, extra)
    return UnexpectedError(error)
