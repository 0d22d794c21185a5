from __future__ import annotations

import pytest

from pipeline.language.word_lists import detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("and so we have this in the release, which is not what you would want to do there", "en"),
        ("und dann haben wir das in der Version, aber das ist nicht so wie man es will", "de"),
        ("et donc nous avons cela dans la version, mais ce n'est pas ce que vous avez", "fr"),
        ("y entonces lo que tenemos en la versión no es lo que se quiere para este caso", "es"),
        ("日本語の会議の議事録", ""),
        ("", ""),
    ],
)
def test_the_language_is_detected_by_its_stop_words(text: str, code: str) -> None:
    """A language we do not know is no error."""
    assert detect_language([text]).code == code
