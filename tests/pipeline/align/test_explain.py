"""A link explains itself: what was heard, which other places there were, and why it is not there."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from pipeline import notes as reader
from pipeline.align import align, compare_and_place, weights
from pipeline.align.explain import (
    Explanation,
    HeardAs,
    NoteOrder,
    NotPlaced,
    UnplacedReason,
    explain,
    explain_decision,
)
from pipeline.align.features import FEATURES, FeatureGroup
from pipeline.align.weights import EmissionWeights
from pipeline.errors import AlignError
from pipeline.records import LINK_CONFIDENCE, Block, Notes, Transcript
from tests.pipeline.align.meetings import block, heard, of

SMALL_TALK = [
    "yes I think that is right",
    "okay sounds good to me",
    "can you say a bit more",
    "so that was it then",
] * 3
NOTES = reader.parse(
    """# Tool call

Recording: https://youtu.be/gArDenCall0

## Release 4.2

- Sign the packages by 6190

## Kernel probes

- getaddrinfo and keccak for DNS

## Build cache

- The compiler cache halves linking

```
make cache
```
""",
    name="call.md",
)
TRANSCRIPT = heard(
    *SMALL_TALK,
    "next up is the release four point two",
    "sign the packages by sixty one ninety",
    *SMALL_TALK,
    "moving on to kernel probes",
    "they attach to get addr info and catch ack",
    *SMALL_TALK,
    "and the build cache",
    "the compiler cache halves linking",
    *SMALL_TALK,
    "the probes may need the kernel packages",
    *SMALL_TALK,
)


def at(text: str, notes: Notes = NOTES) -> Block:
    return next(block for block in notes.blocks if block.text.startswith(text))


def explained(text: str, notes: Notes = NOTES, transcript: Transcript = TRANSCRIPT) -> Explanation:
    found = explain(notes, transcript, at(text, notes))
    assert isinstance(found, Explanation)
    return found


def test_the_link_is_the_one_that_align_answers() -> None:
    """What is explained is what `align` answers."""
    links = {link.block_id: link for link in align(NOTES, TRANSCRIPT).alignments}

    for text in ("Release 4.2", "Sign", "Kernel probes", "Build cache"):
        found = explained(text)
        assert found.link == links[found.block.id]
        assert found.link is not None
        assert found.chosen.start == found.link.start
        assert found.confidence == found.link.confidence


def test_how_each_word_was_heard() -> None:
    """A word as it was said, one that sounds alike, and a number, each with its moment; what was not heard is named."""
    probes, sign = explained("getaddrinfo"), explained("Sign")

    said = {match.written: (match.heard, match.how) for match in (*probes.matches, *sign.matches)}
    assert said["keccak"] == ("catch ack", HeardAs.MISHEARD)
    assert said["getaddrinfo"][0] == "get addr info"
    assert said["packages"] == ("packages", HeardAs.HEARD)
    assert said["6190"] == ("sixty one ninety", HeardAs.NUMBER)
    assert probes.missing == ("DNS",)
    assert {match.start for match in sign.matches} == {130.0}


def test_other_moments_and_their_shares() -> None:
    """Shares are probabilities of moments apart from each other, the strongest rival first, with what is said there."""
    for text in ("Kernel probes", "Sign", "Build cache"):
        found = explained(text)
        shares = [found.chosen.share, *(rival.share for rival in found.rivals)]
        assert sum(shares) <= 1.0001
        assert min(shares) >= 0
        starts = sorted([found.chosen.start, *(rival.start for rival in found.rivals)])
        assert all(later - sooner > 44 for sooner, later in pairwise(starts))
        assert 0 <= found.chosen.ordered <= 1
    assert "next up is the release four point two" in explained("Release 4.2").chosen.said


def test_what_speaks_for_the_place_does_not_depend_on_the_form_of_the_model() -> None:
    """For a weighted sum, hiding a group takes away just what its weights give."""
    compared = compare_and_place(NOTES, TRANSCRIPT)
    assert compared
    comparison, decision = compared
    words = [feature.group is FeatureGroup.WORDS for feature in FEATURES]
    fitted = weights.shipped()
    only = replace(fitted, words=EmissionWeights(fitted.words.heading * words, fitted.words.body * words))

    block = [block.text for block in comparison.outline.blocks].index("Kernel probes")
    found = explain_decision(comparison, decision, only, block)

    reasons = {reason.group: reason.weight for reason in found.reasons}
    assert reasons.pop(FeatureGroup.WORDS) != 0
    assert np.abs(list(reasons.values())).max() < 1e-5


def test_the_signs_of_a_beginning_are_named() -> None:
    """The phrase somebody opened the topic with is quoted."""
    assert explained("Release 4.2").signs == ("“next up”",)


def test_neighbours_and_order() -> None:
    """The nearest links on either side bracket the place; the order is one of three, with its share."""
    links = {
        link.block_id: link.start for link in align(NOTES, TRANSCRIPT).alignments if link.confidence >= LINK_CONFIDENCE
    }
    linked = {block.line: links[block.id] for block in NOTES.blocks if block.id in links}

    found = explained("Kernel probes")

    assert found.before is not None
    assert found.after is not None
    lines = list(linked)
    assert lines[lines.index(9) - 1 : lines.index(9) + 2] == [found.before.line, 9, found.after.line]
    assert (found.before.start, found.after.start) == (linked[found.before.line], linked[found.after.line])
    assert isinstance(found.order, NoteOrder)
    assert 1 / 3 <= found.order_share <= 1


def test_what_a_block_stands_under_is_not_its_neighbour() -> None:
    """A bullet's own heading says nothing about where it ends."""
    assert explained("Sign").before is None


@pytest.mark.parametrize(
    ("line", "why"),
    [(1, UnplacedReason.TITLE), (3, UnplacedReason.MARKUP), (17, UnplacedReason.CODE)],
)
def test_what_is_not_looked_for_says_why(line: int, why: UnplacedReason) -> None:
    """The title, the line with the recording, a code block."""
    block = next(block for block in NOTES.blocks if block.line == line)

    assert explain(NOTES, TRANSCRIPT, block) == NotPlaced(block, why)


def test_a_template_says_so() -> None:
    """A heading that every meeting's notes have, with nothing under it, is not looked for."""
    section = replace(NOTES.sections[-1], blocks=(replace(NOTES.sections[-1].blocks[0], template=True),))
    notes = replace(NOTES, sections=(*NOTES.sections[:-1], section))

    assert explain(notes, TRANSCRIPT, section.blocks[0]) == NotPlaced(section.blocks[0], UnplacedReason.TEMPLATE)


def test_notes_without_words_are_not_looked_for() -> None:
    """Where nothing can be placed at all, each block still says why."""
    notes = reader.parse("```\nmake\n```\n", name="a.md")

    assert explain(notes, TRANSCRIPT, next(notes.blocks)) == NotPlaced(next(notes.blocks), UnplacedReason.CODE)


def test_a_doubtful_block_has_only_a_best_guess() -> None:
    """What is left out of the answer is explained with what was not heard."""
    notes = reader.parse(f"{NOTES.source}\n## Insurance\n\n- Harrowgate premium doubles\n", name="call.md")

    found = explained("Harrowgate", notes)

    assert found.matches == ()
    assert set(found.missing) == {"Harrowgate", "premium", "doubles"}
    assert found.confidence < 0.5


def test_a_silent_transcript_is_an_error() -> None:
    """As for `align`: nothing can be explained."""
    with pytest.raises(AlignError, match="no words"):
        explain(NOTES, heard(), at("Sign"))


def test_no_group_of_features_is_empty() -> None:
    """Each group can be a reason; that of the meaning has a table of its own."""
    assert {feature.group for feature in FEATURES} == set(FeatureGroup) - {FeatureGroup.MEANING}


def test_text_without_spaces_is_explained_in_words_of_the_notes() -> None:
    """Characters that were heard side by side are one stretch, and so are those that were not."""
    chat = ["大家早上好我们开始吧", "这个我没有意见", "好的那就这样"] * 8
    read = of(block(0, "登录验证码改用Redis缓存"), block(1, "食堂涨价"))
    transcript = heard(*chat, "短信的验证码现在都放到Redis里面", *chat, "食堂的饭又涨了", *chat)

    found = explained("登录", read, transcript)

    assert [match.written for match in found.matches] == ["Redis", "验证码"]
    assert found.missing == ("登录", "改用", "缓存")
    assert found.link is not None
    assert set(found.link.evidence) == {"验证码", "Redis"}
