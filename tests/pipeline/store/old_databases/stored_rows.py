"""What is stored in the databases of earlier versions: two calls, of which one was linked and corrected.

Of each row, those values are stored whose columns there are at a revision. A table or column that a migration adds gets
its values here.
"""

from __future__ import annotations

import json
from typing import Any

FTS_ROWS = "rebuild"  # a full-text index is made of the table whose text it has

_AT = "2024-01-01 10:00:00.000000"
_LATER = "2024-01-03 10:00:00.500000"
_KEY = "youtube xO1o1N5o050"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _blob(value: object) -> bytes:
    return _json(value).encode()


def _notes(slug: str, title: str) -> bytes:
    """As they were stored when blocks had no more than this."""
    heading = {"id": "ebpf", "kind": "heading", "line": 3, "end_line": 4, "text": "eBPF", "html": "eBPF", "depth": 2}
    item = {
        "id": "dns",
        "kind": "item",
        "line": 5,
        "end_line": 6,
        "text": "dns_events table",
        "html": "dns_events",
        "depth": 1,
    }
    item |= {"parent": "ebpf", "hint": {"start": 3.5}}
    section = {"id": "ebpf", "title": "eBPF", "level": 2, "line": 3, "blocks": [heading, item]}
    video = {"url": "https://youtu.be/xO1o1N5o050", "id": "xO1o1N5o050"}
    return _blob(
        {
            "slug": slug,
            "title": title,
            "date": "2020-01-21",
            "video": video,
            "sections": [section] if slug == "call-1" else [],
            "source": f"# {title}\n",
        }
    )


def _note_row(number: int, slug: str, title: str, at: str = _AT) -> dict[str, Any]:
    row = {"id": number, "slug": slug, "created_at": at, "sha256": "x", "title": title, "date": "2020-01-21"}
    return row | {"topics": 1, "has_video": 1, "document": _notes(slug, title), "published": 1}


def _correction(number: int, block: str, verdict: str, start: float | None, **values: Any) -> dict[str, Any]:
    row = {"id": number, "slug": "call-1", "block_id": block, "text": block, "under": "eBPF", "nth": 0}
    row |= {"verdict": verdict, "start": start, "author": "Ana", "at": f"2024-01-02 10:00:0{number}.000000"}
    return row | {"recording_key": _KEY, "duration": 60.0} | values


_WORDS = _blob([[float(at), at + 0.5, word, 0.9] for at, word in enumerate(["let", "us", "talk", "about", "probes"])])
_RUN_KEY = _json({"notes": "x", "aligner": "1", "link": _KEY})
_HEARINGS = _json([{"start": 6.0, "end": 7.0, "term": "dns_events", "heard": "the NS events", "confidence": 0.75}])

ROWS: dict[str, list[dict[str, Any]]] = {
    "meetings": [
        {"slug": "call-1", "path": "/notes/call.md", "done": _RUN_KEY, "run_key": _RUN_KEY, "anchor": "", "linked": 1},
        {
            "slug": "call-2",
            "path": "/notes/call-2.md",
            "failure": _json(
                {"stage": "fetching", "message": "no network", "hint": "Try again.", "retryable": True}
                | {"at": "2024-01-01T10:00:00Z"}
            ),
            "anchor": "",
        },
    ],
    "notes": [
        _note_row(1, "call-1", "Call one"),
        _note_row(2, "call-1", "Call 1", _LATER),
        _note_row(3, "call-2", "Call 2"),
    ],
    "recordings": [
        {
            "id": 1,
            "slug": "call-1",
            "created_at": _AT,
            "key": _KEY,
            "duration": 60.0,
            "document": _blob(
                {"source": "https://www.youtube.com/watch?v=xO1o1N5o050", "title": "Call 1", "duration": 60.0}
                | {"video_id": "xO1o1N5o050"}
            ),
        }
    ],
    "transcripts": [
        {"id": 1, "slug": "call-1", "created_at": _AT, "recording_key": _KEY, "key": "k", "language": "en"}
        | {"origin": "asr", "model": "tiny.en", "duration": 60.0}
    ],
    "segments": [
        {
            "transcript_id": 1,
            "position": 0,
            "start": 0.0,
            "end": 5.0,
            "text": "let us talk about probes",
            "speaker": "S1",
        }
        | {"suspect": 0, "words": _WORDS},
        {"transcript_id": 1, "position": 1, "start": 5.0, "end": 9.0, "text": "and the NS events", "speaker": None}
        | {"suspect": 1, "words": _blob([])},
    ],
    "alignment_runs": [
        {"id": 1, "slug": "call-1", "created_at": _AT, "notes_id": 2, "transcript_id": 1, "aligner": "1", "linked": 1}
        | {"pins": "{}", "hearings": _HEARINGS, "mishearings": _HEARINGS}
        | {"within": _json([["ebpf", 1.0, 9.0, 0.5]])},
    ],
    "alignments": [
        {"run_id": 1, "block_id": "dns", "start": 2.0, "end": 4.0, "confidence": 0.8, "basis": "match"}
        | {"evidence": '["dns_events"]', "also": "[[6.0,7.0,0.6]]"}
    ],
    "passages": [  # as revisions 0001 to 0004 have them, and as 0005 has them
        {"id": 1, "slug": "call-1", "written": 0, "kind": "said", "text": "let us talk about probes", "marks": b"[]"},
        {
            "id": 2,
            "slug": "call-1",
            "written": 1,
            "kind": "noted",
            "block_id": "dns",
            "text": "dns_events",
            "marks": b"[]",
        },
    ],
    "corrections": [
        _correction(1, "dns", "time", 3.0, superseded=1),
        _correction(2, "dns", "time", 2.5, author="Ben", superseded=0),
        _correction(3, "bpf", "not_discussed", None, superseded=0),
        _correction(4, "ebpf", "not_discussed", None, carried_from=3, superseded=0),
    ],
    "outlines": [{"slug": "call-1", "document": b"[]", "day": 737445, "said": 1, "noted": 2}],
    "search_index": [{"version": 1, "language": "german"}],
    "archive": [{"language": "german", "key": "0123456789abcdef0123456789abcdef"}],
    "changes": [{"slug": "call-1", "number": 1, "at": _LATER}, {"slug": "call-2", "number": 2, "at": _AT}],
    "speaker_names": [{"slug": "call-1", "label": "S1", "name": "Nick", "author": "Ana", "at": _AT}],
    "redactions": [
        {"id": 1, "slug": "call-1", "recording_key": _KEY, "duration": 60.0, "start": 50.0, "end": 55.0}
        | {"reason": "a phone number", "author": "Ana", "at": _AT, "unfinished": 0}
    ],
    "jobs": [
        {"id": 1, "kind": "run", "title": "call.md", "request": '{"notes":"/notes/call.md"}', "author": "Ana"}
        | {"state": "done", "created_at": _AT, "updated_at": _AT, "finished_at": _AT, "slugs": '["call-1"]'},
        {"id": 2, "kind": "run", "title": "call-2.md", "request": '{"notes":"/notes/call-2.md"}', "author": "Ana"}
        | {"state": "queued", "created_at": _AT, "updated_at": _AT, "key": "once"},
    ],
    "job_lines": [{"job_id": 2, "position": 1, "start": 0.0, "text": "let us"}],
    "workers": [],  # with one machine, a lock tells of it
    "fetched": [{"key": _KEY, "at": _AT, "document": _blob({"source": _KEY})}],
    "hearings": [{"key": "h", "slug": "call-1", "at": _AT, "document": "{}", "is_cut": 1}],
    "pieces": [{"hearing": "h", "position": 0, "cut": "[]", "line": "{}"}],
    "watches": [
        {"id": 1, "kind": "folder", "address": "/notes", "every": 60.0, "author": "Ana", "created_at": _AT}
        | {"updated_at": _AT, "next_at": _AT}
    ],
    "watched_items": [{"watch_id": 1, "key": "call.md", "state": "done", "fingerprint": "f", "title": "Call 1"}],
    "listed_videos": [
        {
            "id": "aaaaaaaaaaa",
            "document": _json(
                {"url": "https://youtu.be/aaaaaaaaaaa", "id": "aaaaaaaaaaa", "title": "Call 2", "at": None}
                | {"has_time": False, "duration": 60.0, "status": "recorded"}
            ),
        }
    ],
    "tokens": [
        {"id": 1, "name": "Ana", "role": "editor", "digest": "0123456789abcdef" * 4, "created_at": _AT},
        {"id": 2, "name": "feeds", "role": "reader", "digest": "fedcba9876543210" * 4, "created_at": _AT}
        | {"revoked_at": _AT},
    ],
    "subscriptions": [
        {"id": 1, "kind": "topic", "about": "code/dns_events", "channel": "mail", "address": "ana@example.org"}
        | {"author": "Ana", "created_at": _AT}
    ],
    "tellings": [{"subscription_id": 1, "slug": "call-1", "state": "told"}],
    "matches": [
        {"id": 1, "slug": "call-2", "video_id": "aaaaaaaaaaa", "reasons": '["the title"]', "score": 0.9}
        | {"is_unique": 1, "is_dated": 0, "state": "refused", "author": "Ana", "decided_at": _AT}
    ],
}
"""By table; the names of columns that a later revision renamed stand beside the new ones."""
