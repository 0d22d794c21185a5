from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cues.markup import escape, highlight, plain_lines, plain_text, split_at_speaker_changes


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("caf&eacute; &mdash; it&rsquo;s&hellip;", "café — it’s…"),
        ("AT&amp;T&nbsp;&lt;3&#39;&#x27;&quot;", "AT&T <3''\""),
        ("it&amp;#39;s &amp;quot;so&amp;quot; &amp;amp; on", 'it\'s "so" & on'),
        ("&amp;amp;#39;", "'"),
        ("&amp;gt;&amp;gt; yes", ">> yes"),
        ("AT&T, R&D, a < b, <3, C&copyright, x & y;", "AT&T, R&D, a < b, <3, C&copyright, x & y;"),
        ("R&D; &nosuchname; &amp;nosuchname;", "R&D; &nosuchname; &nosuchname;"),
        (r"one\Ntwo\hthree", "one two three"),
        (r"in C:\Notes\new and \\host\Notes", r"in C:\Notes\new and \\host\Notes"),
        (r"{\an8}{\i1}up{\i0} {b}bold{/b} {i}x{y:i}y{c:$0000ff}z", "up bold xyz"),
        ("a {set} of {braces} {b,c} {}", "a {set} of {braces} {b,c} {}"),
        ('<font color="#00ff00">green</font> <b>bold</b> <c.x>class</c>', "green bold class"),
        ("one<br>two<BR/>three<br />four", "one two three four"),
        ("a\u200eb\u202bc\ufeff", "abc"),
        ("f*** and [ __ ]", "f*** and [ __ ]"),
    ],
)
def test_what_a_viewer_sees(written: str, seen: str) -> None:
    """Markup of WebVTT, SRT, ASS and MicroDVD is gone, entities are signs; what only resembles them is text."""
    assert plain_text(written) == seen


def test_lines_are_kept_where_they_matter() -> None:
    assert plain_lines("one  <i>\n\n two\\Nthree<br>four</i>\n") == "one\ntwo\nthree\nfour"


@given(
    st.lists(
        st.sampled_from(["&", "amp;", "#39;", "lt;", "<", ">", ">>", " ", "{", "}", "\\", "b", "N", "h", "y:i", "an8"])
        | st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"])),
    )
)
def test_escaped_text_comes_back(parts: list[str]) -> None:
    """Whatever is written is read as it was said, also by a reader that undoes more than one escape."""
    text = " ".join("".join(parts).split())

    assert plain_text(escape(text)) == text
    assert split_at_speaker_changes(escape(text)) == [escape(text)]


@pytest.mark.parametrize(
    ("marked", "parts"),
    [
        ("yes I do &gt;&gt; no you do not", ["yes I do", "&gt;&gt; no you do not"]),
        ("a >> b\n>> c >>> d", ["a", ">> b", ">> c", ">>> d"]),
        (">> at the start", [">> at the start"]),
        ("a > b, x>>y", ["a > b, x>>y"]),
    ],
)
def test_somebody_else_speaks(marked: str, parts: list[str]) -> None:
    assert split_at_speaker_changes(marked) == parts
    assert split_at_speaker_changes(escape(marked)) == [escape(marked)]


@pytest.mark.parametrize(
    ("marked", "span"),
    [
        ("good <u>morning</u> all", (4, 11)),
        ('<font color="#0f0">good</font> morning', (0, 4)),
        ("good &amp; <b>well</b>", (5, 9)),
        ("<i>good</i> <i>morning</i>", None),
        ("good morning", None),
        ("good <u> </u>", None),
        ("good <u>morning</b>", None),
    ],
)
def test_the_word_being_spoken(marked: str, span: tuple[int, int] | None) -> None:
    assert highlight(marked) == span
