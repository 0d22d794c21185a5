from __future__ import annotations

import pytest

from pipeline.links import youtube_id
from pipeline.notes.recording.embeds import find_shortcodes
from tests.pipeline.notes.recording.links import ONE, below_title, below_topic, found_in

ID = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "embed",
    [
        f"{{{{< youtube {ID} >}}}}",
        f'{{{{< youtube id="{ID}" autoplay="false" >}}}}',
        f'{{% include youtube.html id="{ID}" %}}',
        f'{{% embed youtube id="{ID}" loading="lazy" %}}',
        f"{{%youtube {ID} %}}",
        f"{{%youtube https://youtu.be/{ID} %}}",
        f'<YouTube id="{ID}" />',
        f'<lite-youtube videoid="{ID}"></lite-youtube>',
        f'::youtube{{id="{ID}"}}',
        f"@[youtube]({ID})",
        f"![type:video](https://www.youtube.com/embed/{ID})",
        f'<iframe src="//www.youtube.com/embed/{ID}"></iframe>',
        f'<iframe width="1" src="https://www.youtube-nocookie.com/embed/{ID}"></iframe>',
        f"[![beans](https://img.youtube.com/vi/{ID}/0.jpg)]({ONE})",
        f'<a href="{ONE}" target="_blank"><img src="https://img.youtube.com/vi/{ID}/0.jpg"\nalt="beans"></a>',
    ],
)
def test_an_embedded_video_is_found(embed: str) -> None:
    """At the top it is the recording; further down only under a label, as any other link."""
    assert list(map(youtube_id, found_in(below_title(embed)))) == [ID]
    assert found_in(below_topic(embed)) == []
    assert list(map(youtube_id, found_in(below_topic(f"### Recording\n\n{embed}")))) == [ID]
    assert list(map(youtube_id, found_in(below_topic(f"This meeting was recorded:\n\n{embed}")))) == [ID]


@pytest.mark.parametrize(
    ("shortcode", "addresses"),
    [
        ("{{< vimeo 146022717 >}}", ["https://vimeo.com/146022717"]),
        ('{% include figure.html src="https://www.youtube.com/watch?v=dQw4w9WgXcQ" %}', []),
        ('{{< figure src="/a.png" title="description" >}}', []),
        ("{{< youtube description >}}", ["https://www.youtube.com/watch?v=description"]),
        ("{{< tweet user=x id=12345678901 >}}", []),
        ("{% raw %}", []),
    ],
)
def test_only_players_embed_videos(shortcode: str, addresses: list[str]) -> None:
    """Another shortcode may have an address or 11 letters, too."""
    assert list(find_shortcodes(shortcode)) == addresses
