"""READMEs and web pages among which are notes."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from pipeline.notes.likely import is_likely, is_never_notes

VIDEO = "https://youtu.be/AAAAAAAAAAA"


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        # READMEs
        ("repo/2022/01-18-garden-review/README.md", "", True),
        ("repo/calls/2024-03-05/README.md", "", True),
        ("repo/March 5, 2024/readme.md", "", True),
        ("repo/calls/2024-03-05/README.de.md", "", True),
        ("2024-03-05-call/README.md", "", True),
        ("repo/2019/pond-design/README.md", f"Video: {VIDEO}", True),
        ("repo/2019/pond-design/README.md", "## Ponds", False),
        ("repo/garden-calls/README.md", "Recording: https://video.example/12", True),
        ("repo/garden/README.md", f"# Meeting of the gardeners\n\n[Video]({VIDEO})", True),
        ("repo/garden/README.md", "# Notes\n\n[log](call.mp4)", False),
        ("repo/packages/hose/README.md", f"# Hose\n\nWatch the [demo]({VIDEO})", False),
        ("repo/kick-off/README.md", f"# Kick-off\n\n* **Recording**: [video]({VIDEO})", True),
        ("repo/kick-off/README.md", f"# Kick-off\n\n## Meeting recording\n\n{VIDEO}", True),
        ("repo/kick-off/README.md", f"# Auftakt\n\nAufzeichnung: {VIDEO}", True),
        ("repo/hose/README.md", f"# Hose\n\nSupports recording to a [disk](https://x.example), see {VIDEO}", False),
        ("repo/README.md", f"# Meetings\n\nRecording of 2024: {VIDEO}", False),
        ("repo/p2019/README.md", f"Video: {VIDEO}", False),
        # indexes
        ("repo/calls/2024-03-05/index.md", "", True),
        ("repo/calls/index.md", "# Calls\n\n- [2024-03-05](2024-03-05.md)", False),
        ("repo/calls/_index.md", "# Calls", False),
        ("calls/index.md", "# 例会\n\n## 2024年3月5日\n\n## 2024年2月20日", True),
        ("repo/kick-off/index.md", f"# Kick-off\n\nRecording: {VIDEO}", True),
        # pages
        ("repo/2024-03-05/index.html", "<h1>Minutes</h1>", True),
        ("repo/minutes/2024-03-05.html", "<h1>Gardeners</h1>", True),
        ("repo/2024-03-05.html", "<title>Telecon of the gardeners</title>", True),
        ("repo/calls/12.html", "<p>Recording: <a href='https://video.example/12'>here</a>", True),
        ("repo/calls/12.html", "<audio src='call.ogg'></audio>", True),
        ("repo/docs/index.html", "<h1>Garden Hose API</h1>", False),
        ("repo/docs/index.html", f"<h1>Garden Hose</h1><iframe src='{VIDEO}'></iframe>", False),
        ("repo/blog/2024/03/05/pond/index.html", f"<h1>A new pond</h1><a href='{VIDEO}'>", False),
        ("repo/blog/2024/03/05/pond/index.html", "<h1>A new pond</h1><a href='/meetings'>Meetings</a>", False),
        ("repo/calls/index.html", "<h1>All calls</h1><p>by year", False),
        ("repo/2024-03-05/index.html", "<h1>会议纪要</h1>", True),
        ("repo/2024-03-05/index.html", "<h1>Protokoll der Sitzung</h1>", True),
    ],
)
def test_which_of_them_are_notes(path: str, head: str, *, expected: bool) -> None:
    """A day, a recording, and words for a meeting: what one alone says is not enough for a page."""
    assert is_likely(PurePath(path), head) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CONTRIBUTING.md", True),
        ("code-of-conduct.md", True),
        ("LICENSE.txt", True),
        ("TEMPLATE.md", True),
        ("_template.md", True),
        ("template-meeting.md", True),
        ("meeting_template.md", True),
        ("templates/meeting.md", True),
        ("template [copy]/minutes.md", True),
        ("2024-03-05-template.md", False),
        ("templates/2024-03-05.md", False),
        ("template engines.md", True),
        ("Vorlage.md", True),
        ("plantilla_acta.md", True),
        ("会议纪要-模板.md", True),
        ("modele-economique.md", False),
        ("ROADMAP.md", True),
        ("contemplate.md", False),
        ("securities.md", False),
        ("garden.md", False),
    ],
)
def test_what_every_project_has_is_no_notes(name: str, *, expected: bool) -> None:
    assert is_never_notes(PurePath(name)) is expected
