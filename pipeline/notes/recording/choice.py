"""Which of the candidates are the recording, part by part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from pipeline.notes import dates, inline
from pipeline.notes.recording.candidates import LinkCandidate
from pipeline.notes.recording.labels import WordKind, read_label
from pipeline.notes.recording.reading import Strength, is_plural
from pipeline.notes.recording.targets import Target
from pipeline.records import BlockKind

_MANY_TIMES = 3  # links with times to one video tell more than the label of another
_MIN_TIMES = 2
_MAX_PARTS = 12
_FIRST_SECTION = 2  # counted in headings: below the title, a heading
_TITLE_WORDS = 3  # of no kind, in the text of a link
_MIN_INDEX = 3  # videos in the rows of a table, or in list items: an index of recordings
_LONG_NUMBER = re.compile(r"\d{3}|\d[-/.]\d")
_NUMBER = re.compile(r"\d+")
_FEED = re.compile(r"\b(?:feed|live|stream)\b", re.IGNORECASE)
_COPY = re.compile(r"\b(?:mirror|backup|alternat\w{2,4}|copy|audio|low.res|hq|lq|english|spanish)\b", re.IGNORECASE)


def choose(candidates: list[LinkCandidate], *, has_empty_label: bool) -> tuple[str, ...]:
    """The addresses of the recording's parts in order; empty where the notes link none.

    Args:
        has_empty_label: the notes have a label without a link, so that what has no label is not the recording.
    """
    usable = [one for one in _without_pages_of_all(candidates) if one.link.target >= Target.PAGE]
    usable = _without_index(usable)
    labelled = [one for one in usable if one.reading.strength and not one.is_time and not one.is_nested]
    labelled = [one for one in labelled if not _begins_a_list(one, usable)]
    named = [one for one in labelled if one.reading.strength is Strength.RECORDING]
    videos = [one for one in labelled if one.reading.strength is Strength.VIDEO]
    above = [one for one in named if one.in_preamble] + _unambiguous([one for one in videos if one.in_preamble])
    if not above and (_are_of_several_meetings(named) or _are_of_several_meetings(videos)):
        return ()
    groups = [above, named, _voted(usable, _MANY_TIMES), _videos_of_meeting(videos)]
    if not has_empty_label:
        groups += [_lone(usable), _beside_notes(usable)]
    groups.append(_voted(usable, 1 if not has_empty_label else _MIN_TIMES))
    chosen = next((group for group in groups if group), [])
    return _parts(chosen, usable) if chosen else ()


def warn_of_others(candidates: list[LinkCandidate]) -> Iterator[str]:
    """A warning where the notes link a list of recordings in the place of one, or several and none is the meeting's."""
    named = {
        one.identity: one
        for one in candidates
        if one.reading.strength is Strength.RECORDING and not one.is_nested and one.link.target >= Target.PAGE
    }
    if len(named) > 1:
        line = next(iter(named.values())).draft.line
        yield (
            f"line {line}: {len(named)} recordings are linked, and which is this meeting's is not clear; "
            "name it in the front matter (recording: URL), or give its file with --media FILE"
        )
        return
    for one in candidates:
        if one.link.target is not Target.SERIES or one.is_nested:
            continue
        words = read_label(f"{one.link.before} {one.link.text} {one.heading if one.is_alone else ''} {one.link.prior}")
        if words.names_video or one.in_preamble:
            yield (
                f"line {one.draft.line}: this links a list of recordings, not one of them; "
                "link the video of this meeting, or give its file with --media FILE"
            )
            return


def _without_index(candidates: list[LinkCandidate]) -> list[LinkCandidate]:
    """Without the links of a table or list that has a different video in each row: that is an index of meetings."""
    rows: dict[tuple[int, int], set[str]] = {}
    about: dict[tuple[int, int], set[date | str]] = {}
    lists: dict[int, set[str]] = {}
    for one in candidates:
        if one.draft.kind is BlockKind.ROW and one.reading.strength and not one.is_time:
            rows.setdefault((one.section, one.link.cell), set()).add(one.identity)
            about.setdefault((one.section, one.link.cell), set()).update(_is_row_about(one))
        if one.draft.kind is BlockKind.ITEM and is_plural(one.heading) and one.link.target >= Target.MEDIA:
            lists.setdefault(one.section, set()).add(one.identity)
    indexes = {
        column
        for column, videos in rows.items()
        if len(videos) >= _MIN_INDEX or (len(videos) > 1 and len(about[column]) >= len(videos))
    }
    return [
        one
        for one in candidates
        if not (one.draft.kind is BlockKind.ROW and _is_in_index(one, rows, indexes))
        and not (len(lists.get(one.section, ())) > 1 and _is_titled_item(one))
    ]


def _is_in_index(one: LinkCandidate, rows: dict[tuple[int, int], set[str]], indexes: set[tuple[int, int]]) -> bool:
    column = one.section, one.link.cell
    return column in indexes or (one.has_topic and len(rows.get(column, ())) >= _MIN_INDEX - 1)


def _is_row_about(one: LinkCandidate) -> Iterator[date | str]:
    """The day in the row of a link, else the topic that its first cell names."""
    texts = [inline.plain_text(cell) for number, cell in enumerate(one.draft.cells) if number != one.link.cell]
    days = [found.day for text in texts for found in dates.find_dates(text)[:1]]
    if days:
        yield days[0]
    elif texts and one.reading.strength is Strength.VIDEO and read_label(texts[0]).unknown:
        yield texts[0]


def _without_pages_of_all(candidates: list[LinkCandidate]) -> Iterator[LinkCandidate]:
    """Without pages nobody knows that the same block links for something else: `calls are [open](…), [recorded](…)`."""
    elsewhere = {(id(one.draft), one.link.url) for one in candidates if one.link.text and not one.reading.strength}
    for one in candidates:
        if one.link.target is not Target.PAGE or (id(one.draft), one.link.url) not in elsewhere:
            yield one


def _are_of_several_meetings(labelled: list[LinkCandidate]) -> bool:
    """Whether links that are labelled alike stand in sections of their own: lectures, or a year of meetings."""
    labelled = [one for one in labelled if not one.opens_at_time]
    alike = [one for one in labelled if one.reading.key == labelled[0].reading.key]
    sections = {one.section: one.identity for one in alike}
    least = _MIN_INDEX if any(not _LONG_NUMBER.search(one.heading) for one in alike) else _MIN_INDEX - 1
    return len(set(sections.values())) >= least and not _are_parts(labelled)


def _unambiguous(videos: list[LinkCandidate]) -> list[LinkCandidate]:
    """Without those that have a title of their own where there are several: these are things to watch."""
    if len({one.identity for one in videos}) <= 1 or _are_parts(videos):
        return videos
    if _are_listed_alike(videos):
        return []
    return [one for one in videos if read_label(one.link.text).unknown == 0]


def _begins_a_list(one: LinkCandidate, usable: list[LinkCandidate]) -> bool:
    """Whether a label above names all items of a list, each with words of its own: `## Watch`, `Recordings:`."""
    return (
        one.reading.by_label
        and _is_titled_item(one)
        and any(
            other.identity != one.identity and other.section == one.section and _is_titled_item(other)
            for other in usable
        )
    )


def _is_titled_item(one: LinkCandidate) -> bool:
    """Whether an item of a list says which video it is: `Recording of the fair`, but not `Part 1: beans`."""
    link = one.link
    if one.draft.kind is not BlockKind.ITEM or link.target < Target.MEDIA or one.reading.part is not None:
        return False
    words = read_label(f"{link.before} {link.text} {link.after}")
    return words.unknown > 0 and not words.has(WordKind.MEETING)  # `Morning session (Europe)`


def _are_listed_alike(videos: list[LinkCandidate]) -> bool:
    """Whether different videos of one host stand in items of one list with one label: `Watch: …`, `Watch: …`."""
    first = videos[0]
    return all(
        one.draft.kind is BlockKind.ITEM
        and one.reading.part is None
        and one.section == first.section
        and _key(one).split()[:1] == _key(first).split()[:1]
        and _host(one) == _host(first)
        for one in videos
    ) and len({id(one.draft) for one in videos}) == len({one.identity for one in videos})


def _videos_of_meeting(videos: list[LinkCandidate]) -> list[LinkCandidate]:
    """Those labelled as a video that are not the video of one topic among others."""
    # `Video: [How to cook pasta](…)` in a later section is something to watch, not the meeting.
    videos = [
        one for one in videos if one.section <= _FIRST_SECTION or read_label(one.link.text).unknown < _TITLE_WORDS
    ]
    general = [one for one in videos if _is_general(one.heading)]
    group = general or [one for one in videos if _has_own_place(one) and not _is_talk(one.heading)]
    if not _are_parts(group) or len({one.identity for one in group}) == 1:
        group = [one for one in group if general or one.section <= _FIRST_SECTION or one.is_explicit]
    if len({one.identity for one in group if one.section == group[0].section}) >= _MIN_INDEX and not _are_parts(group):
        return []
    # What has a title of its own is less likely to be this meeting's than a bare address or `link`.
    group = [one for one in group if read_label(one.link.text).unknown == 0] or group
    if len({one.identity for one in group}) > 1 and _are_listed_alike(group):
        return []
    if not general and not _are_parts(group):
        return []
    times_linked = Counter(one.identity for one in videos)
    return sorted(group, key=lambda one: -times_linked[one.identity])


def _has_own_place(one: LinkCandidate) -> bool:
    return one.is_alone or (one.section <= _FIRST_SECTION and not one.link.before and not one.link.after)


def _is_talk(heading: str) -> bool:
    return read_label(heading).has(WordKind.TALK)


def _is_general(heading: str) -> bool:
    """Whether a heading is no topic: `Links`, `Minutes of the meeting`."""
    label = read_label(heading)
    return label.unknown == 0 and not label.has(WordKind.TALK, WordKind.SERIES, WordKind.PREVIOUS)


def _lone(candidates: list[LinkCandidate]) -> list[LinkCandidate]:
    lone = [one for one in candidates if one.is_lone and one.link.target >= Target.MEDIA]
    return lone if len({one.identity for one in lone}) == 1 else []


def _beside_notes(candidates: list[LinkCandidate]) -> list[LinkCandidate]:
    """The only file beside the notes that they link: whoever put it there had a reason."""
    files = [one for one in candidates if "://" not in one.link.url]
    return files if len({one.identity for one in files}) == 1 else []


def _voted(candidates: list[LinkCandidate], least: int) -> list[LinkCandidate]:
    """The links with times to the video that most of them lead to, and to its further parts."""
    candidates = _without_chapters(candidates)
    timed = [one for one in candidates if one.is_time or (one.opens_at_time and one.reading.strength and least > 1)]
    links = Counter(one.identity for one in candidates if one.opens_at_time)
    votes = Counter(one.identity for one in timed)
    for identity, count in votes.most_common(1):
        if count >= least:
            main = next(one for one in timed if one.identity == identity)
            return [one for one in timed if one.identity == identity or (not one.is_time and _is_part(one, main))]
    for identity, count in links.most_common(1):
        if count > _MANY_TIMES and 2 * count > links.total() and least > 1:
            return [one for one in candidates if one.identity == identity and one.opens_at_time]
    return []


def _without_chapters(candidates: list[LinkCandidate]) -> list[LinkCandidate]:
    """Without links to a video whose times are all in the list below one topic, or its title: a talk's chapters."""
    named = {(id(one.draft), one.identity) for one in candidates if not one.opens_at_time and not one.reading.strength}
    places: dict[str, set[int]] = {}
    for one in candidates:
        if one.opens_at_time:
            item = id(one.draft.parent_item)
            is_below = one.is_nested or (item, one.identity) in named
            places.setdefault(one.identity, set()).add(item if is_below else 0)
    return [one for one in candidates if len(found := places.get(one.identity, {0})) > 1 or 0 in found]


def _parts(chosen: list[LinkCandidate], usable: list[LinkCandidate]) -> tuple[str, ...]:
    """The address of the recording, and those of its further parts, in their order."""
    first = _best(chosen[0], usable)
    parts = {first.identity: first}
    for one in chosen:
        if one.identity not in parts and _is_part(one, first):
            parts[one.identity] = one
    found = list(parts.values())
    if len(found) > _MAX_PARTS:
        return (_whole_address(first, usable),)
    numbers = [one.reading.part for one in found if one.reading.part is not None]
    if len(numbers) == len(found) > 1:
        if min(numbers) > 1:  # episodes, not parts
            return (_whole_address(first, usable),)
        found.sort(key=lambda one: one.reading.part or 0)
    return tuple(_whole_address(one, usable) for one in found)


def _best(first: LinkCandidate, usable: list[LinkCandidate]) -> LinkCandidate:
    """The first link, or the video on YouTube that is linked beside it: the other is a copy that is harder to fetch."""
    if first.link.target is Target.YOUTUBE:
        return first
    beside = (
        one
        for one in usable
        if one.link.target is Target.YOUTUBE
        and one.section == first.section
        and one.reading.strength
        and not one.is_nested
        and not one.is_time
        and (one.reading.strength is Strength.RECORDING or not _FEED.search(f"{one.link.before} {one.link.text}"))
    )
    return next(beside, first)


def _is_part(one: LinkCandidate, first: LinkCandidate) -> bool:
    """Whether `one`, a link to another recording, is a further part of the meeting that `first` begins."""
    if one.link.target is not first.link.target or one.reading.strength is not first.reading.strength:
        return False
    if _COPY.search(f"{one.link.before} {one.link.text} {one.link.after}") or _host(one) != _host(first):
        return False
    if _LONG_NUMBER.search(one.link.text):  # a date: the recording of another meeting
        return False
    parts = one.reading.part, first.reading.part
    if None not in parts:
        return parts[0] != parts[1]
    if _key(one) != _key(first):
        return False
    if one.draft is first.draft:
        return one.draft.kind is not BlockKind.HEADING
    if one.section == first.section:
        is_list = one.is_alone and first.is_alone and one.reading.strength is Strength.RECORDING
        return is_list or (one.opens_at_time and first.opens_at_time)
    if one.opens_at_time and one.section != first.section:
        return first.opens_at_time or _have_same_form(one, first)
    return _have_same_form(one, first)


def _have_same_form(one: LinkCandidate, other: LinkCandidate) -> bool:
    """`Session 1` and `Session 2`, but not two dates."""
    names = one.heading, other.heading
    if any(len(number) > 2 for name in names for number in _NUMBER.findall(name)):
        return False
    forms = {_NUMBER.sub("#", _numbered(name)).strip() for name in names}
    return len(forms) == 1 and names[0] != names[1]


def _numbered(heading: str) -> str:
    """`Session 1` of `Session 1: beans`; a topic as it is."""
    first, _, _ = heading.partition(": ")  # not `10:45 Beans`
    label = read_label(first)
    is_of_meeting = label.unknown == 0 and (label.has(WordKind.MEETING) or label.part is not None)
    return first if is_of_meeting and _NUMBER.search(first) else heading


def _are_parts(candidates: list[LinkCandidate]) -> bool:
    return all(one.identity == candidates[0].identity or _is_part(one, candidates[0]) for one in candidates)


def _key(one: LinkCandidate) -> str:
    return one.reading.key


def _host(one: LinkCandidate) -> str:
    """Of a link that is not to YouTube, whose links have several."""
    return "" if one.link.target is Target.YOUTUBE else one.link.url.partition("://")[2].partition("/")[0].lower()


def _whole_address(one: LinkCandidate, usable: list[LinkCandidate]) -> str:
    """The address of the whole recording where the notes link its moments; one link keeps the time it opens at."""
    moments = {other.link.url for other in usable if other.identity == one.identity and other.opens_at_time}
    if not one.opens_at_time or (len(moments) < 2 and not one.is_time):
        return one.link.url
    if one.link.target is Target.YOUTUBE:
        return f"https://www.youtube.com/watch?v={one.identity}"
    return one.link.url.partition("#")[0]
