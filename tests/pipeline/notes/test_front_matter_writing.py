"""A field of the front matter is set, and not a byte beside it changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.notes.front_matter import read_front_matter
from pipeline.notes.front_matter_writing import set_fields
from pipeline.notes.markdown import split_lines
from pipeline.untrusted import InvalidInput

FIELDS = {"title": "A: new #1", "date": "2024-03-06", "recording": "https://youtu.be/dQw4w9WgXcQ?t=3"}
WRITTEN = 'title: "A: new #1"\ndate: 2024-03-06\nrecording: https://youtu.be/dQw4w9WgXcQ?t=3\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# X\n", f"---\n{WRITTEN}---\n\n# X\n"),
        ("---\n\n# A rule above\n", f"---\n{WRITTEN}---\n\n---\n\n# A rule above\n"),
        (
            "---\ntitle: old  # why\n# kept\nDate: 2024-01-01 # day\nx: [1,  2]\n---\n# T\n",
            '---\ntitle: "A: new #1"  # why\n# kept\nDate: 2024-03-06 # day\nx: [1,  2]\n'
            "recording: https://youtu.be/dQw4w9WgXcQ?t=3\n---\n# T\n",
        ),
        (
            "---\r\nTitle:\r\nrecording:\r\n  url: a.example\r\n  x: 1\r\n# kept\r\ntags:\r\n- a\r\n---\r\nB\r\n",
            '---\r\nTitle: "A: new #1"\r\nrecording: https://youtu.be/dQw4w9WgXcQ?t=3\r\n# kept\r\ntags:\r\n- a\r\n'
            "date: 2024-03-06\r\n---\r\nB\r\n",
        ),
        (
            "---\nrecording:\n- a\n- b\ntitle: |\n  two\n  lines\ndate: >-\n  z\n...\nB",
            '---\nrecording: https://youtu.be/dQw4w9WgXcQ?t=3\ntitle: "A: new #1"\ndate: 2024-03-06\n...\nB',
        ),
        ("\ufeff---\ntitle: x\n---\n", f"\ufeff---\n{WRITTEN}---\n"),
        (
            '+++\ntitle = "o # x"   # why\ndate=2024-01-01T00:00:00Z\n[extra]\ntitle = "kept"\n+++\nB',
            '+++\nrecording = "https://youtu.be/dQw4w9WgXcQ?t=3"\ntitle = "A: new #1"   # why\ndate=2024-03-06\n'
            '[extra]\ntitle = "kept"\n+++\nB',
        ),
    ],
)
def test_only_the_fields_that_are_asked_for_change(text: str, expected: str) -> None:
    """In YAML and TOML; comments, other fields, other spellings of a name and line ends stay."""
    assert set_fields(text, FIELDS) == expected


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: a: b\n---\n",
        '+++\ntitle = """\na\n"""\n+++\n',
        '+++\nx = """\ntitle = 1\n"""\n+++\n',
        "---\nrecording:\n\n  # why\n  url: x\n---\n",
        "---\ntitle: x\nx: {a: *b}\n---\n",
        f"---\ntitle: x\ny: {'[' * 50}\n---\n",
        f"---\nx: {'x' * 70_000}\n---\n",
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    """Rather than damaged."""
    with pytest.raises(InvalidInput):
        set_fields(text, FIELDS)


@given(st.text(min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool), st.sampled_from("-+"))
def test_any_title_is_read_as_it_was_set_or_refused(title: str, fence: str) -> None:
    sign = {"-": "a: 1", "+": "a = 1"}[fence]
    text = f"{fence * 3}\n{sign}\n{fence * 3}\nbody\n"
    try:
        made = set_fields(text, {"title": title})
    except InvalidInput:
        assert not title.isprintable()
        return
    assert read_front_matter(split_lines(made)).fields == {"a": "1", "title": title}
    assert made.endswith(f"{fence * 3}\nbody\n")
