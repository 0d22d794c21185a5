"""Minutes in HTML, as the reader of Markdown gets them, and pages that are meant to break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import notes
from pipeline.errors import NotesError
from pipeline.notes.html import MAX_HTML_CHARS, to_markdown
from pipeline.untrusted import InvalidInput

MINUTES = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Gardeners' call, 5 March 2024</title>
<style>h1 { color: green }</style><script>var planted = "<p>trees</p>";</script></head>
<body><nav><ul><li><a href="/">Home</a></li></ul></nav>
<h1>Gardeners&rsquo; call 2024-03-05</h1>
<dl><dt>Present</dt><dd>Ada, Brook</dd><dd>Cleo</dd>
<dt>Recording:</dt><dd><div><a href="https://youtu.be/AAAAAAAAAAA">watch it</a></div></dd></dl>
<h2 id="t1">Topic: the compost</h2>
<div class="said"><span class="name">Ada</span>: It is too wet. <a style="display:none" href="#5">#</a></div>
<p><cite>Brook:</cite> more &lt;straw&gt; &amp; leaves, R&amp;D &amp;lt;</p>
<table><tr><th>Bed</th><th>Crop</th></tr><tr><td>1</td><td>beans</td></tr></table>
<form><input value="search"><button>Go</button></form><script>alert("no")</script>
</body></html>
"""


def test_minutes_are_read_like_notes(tmp_path: Path) -> None:
    """Title, date, recording, headings, speakers and rows; nothing of scripts, styles, navigation, forms and tags."""
    page = tmp_path / "minutes.HTML"
    page.write_text(MINUTES)

    read = notes.read(page)

    assert read.title == "Gardeners’ call 2024-03-05"
    assert str(read.date) == "2024-03-05"
    assert read.video is not None
    assert read.video.id == "AAAAAAAAAAA"
    texts = {block.text: block for block in read.blocks}
    assert texts["Topic: the compost"].depth == 2
    assert texts["Ada: It is too wet."].speaker == "Ada"
    assert texts["Brook: more <straw> & leaves, R&D &lt;"].speaker == "Brook"
    assert "Present: Ada, Brook Cleo" in texts
    whole = " ".join(texts)
    assert "beans" in whole
    assert not any(word in whole for word in ("Home", "planted", "color", "alert", "Go", "#", "<p>", "</"))


@pytest.mark.parametrize(
    ("page", "markdown"),
    [
        ("<p>a<br>b</p>", "a  \nb\n"),
        ("<title>Call &amp; chat</title><p>a</p>", "# Call &amp; chat\n\na\n"),
        ("<title>Site</title><h2>Call</h2>", "## Call\n"),
        ("<dl><dt>Audio<dd><a href='a.ogg'>log</a></dl>", "**Audio:** [log](a.ogg)\n"),
        ("<dl><dt>Topics<dd><ol><li>one<li>two</ol></dl>", "**Topics:**\n\n1. one\n2. two\n"),
        ("<dl><dd>no term</dl>", "no term\n"),
        ('<iframe src="//www.youtube.com/embed/AAAAAAAAAAA?a=1&amp;b=2"></iframe>', None),
        ("<p>x</p><video controls><source src='the call.mp4'>old browser</video>", "x\n\n[video](<the%20call.mp4>)\n"),
        ("<p>x</p><audio src='a.ogg'></audio>", "x\n\n[audio](<a.ogg>)\n"),
        ("<p>\ue000x\ue001</p>", "x\n"),
        (
            '<a href="https://www.google.com/url?q=https://youtu.be/AAAAAAAAAAA?t%3D5&amp;sa=D&amp;usg=x">a</a>',
            "[a](https://youtu.be/AAAAAAAAAAA?t=5)\n",
        ),
        (
            '<a href="https://www.google.com/url?sa=t&amp;q=https%3A%2F%2Fexample.org%2F%22x">a</a>',
            '[a](https://example.org/"x)\n',
        ),
        ("<pre>Call\n====\n\n1. Ponds\n       Ada: &lt;dry&gt;</pre>", "Call\n====\n\n1. Ponds\nAda: &lt;dry>\n"),
        ("<p>A pond is dug.</p><pre>x &lt; ```</pre>", "A pond is dug.\n\n````\nx < ```\n````\n"),
        ("<p>1 < 2 &#60; 3 &#x3C; 4 &LT; 5</p>", "1 < 2 &#60; 3 &#x3C; 4 &LT; 5\n"),
        ("<table><tr><th>a<th>b<tr><td>long<td>x</table>", "| a | b |\n| --- | --- |\n| long | x |\n"),
        ("just text", "just text\n"),
        ("<form><p>a</p><button>Go</button><select><option>b</select></form>", "a\n"),
        ("<p>x &amp;lt; &amp;#60; &amp; y&amp;z</p>", "x &amp;lt; &amp;#60; & y&z\n"),
        ("<div>" * 200 + "deep", "deep\n"),
    ],
)
def test_pieces_of_pages(page: str, markdown: str | None) -> None:
    expected = (
        '<iframe src="//www.youtube.com/embed/AAAAAAAAAAA?a=1&amp;b=2"></iframe>\n' if markdown is None else markdown
    )

    assert to_markdown(page) == expected


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("x" * (MAX_HTML_CHARS + 1), "larger than 2 MB"),
        ("<p>start</p>" + "<i>" * 3000 + "x", "nested too deeply"),
        ("<blockquote>" * 31 + "x<br>" * 1000, "nested more than 30 deep"),
        ("<ul><li>" * 31 + "x", "nested more than 30 deep"),
        ("<table><tr>" + "<td>x" * 1000 + "<tr><td>y" * 1000, "more than 200,000 cells"),
        ("<table>" + "<tr><td colspan=9999>x" * 300, "more than 200,000 cells"),
        ("<table>" + "<tr><td colspan = '0999'>x" * 300, "more than 200,000 cells"),
        (
            "<table>" + "<tr>" + "<td rowspan=2>x" * 9 + ("<tr>" + "<td rowspan=2>x" * 2) * 400,
            "more than 200,000 cells",
        ),
        ("<table><tr>" + "<td>x" * 1000 + "<table></table>" + "<tr><td>y" * 1000, "more than 200,000 cells"),
        ("<p>a</p>" + "<p>word</p>" * 180_000, "more text than 1 MB"),
        ("<script>x</script>", "shows no text"),
        ("<!-- <p>x</p>", "shows no text"),
    ],
)
def test_what_would_not_end_is_refused(page: str, problem: str) -> None:
    """A page of megabytes, or one that would become gigabytes, costs a message and not the run."""
    with pytest.raises(InvalidInput, match=problem):
        to_markdown(page)


@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<tr><td>1<td>2</tr>" * 500 + "</table>",
        "<table>" + "<tr><td rowspan=3>1<td>2</tr>" * 100 + "</table>",
        ("<table>" + "<tr><td>1</td></tr>" * 50 + "</table>") * 100,
        ("<ul><li>x</li></ul>" * 200) + "<blockquote>y</blockquote>" * 200,
    ],
)
def test_what_minutes_have_is_not_refused(page: str) -> None:
    assert to_markdown(page)


def test_what_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<nav>x</nav>")

    with pytest.raises(NotesError, match=r"a\.html: is HTML that shows no text"):
        notes.read(page)
