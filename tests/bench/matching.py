"""How many recordings are matched with their notes, and how many wrongly.

python -m tests.bench.matching FOLDER

FOLDER has notes that link their recordings. The links are hidden, and a list of their videos is made up: titles in the
forms that channels use, with the rarest heading of the notes as their topic, released on the day of the meeting or the
day after. Among them are recordings of the same series without notes and videos of other matters; one in six notes has
no video in the list.

    taken right      by itself, with the right video
    taken wrong      by itself, with another one: each is one too many
    proposed first   not taken, and the right one is the first that is proposed
    proposed         not taken, and the right one is among the others
    missed           not proposed
    not taken        of the notes without a video, those that nothing was taken for
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pipeline import notes as reader
from pipeline.errors import NotesError
from pipeline.matching import labels
from pipeline.matching.scoring import propose
from pipeline.records import ListedVideo, Notes, NotesWithoutRecording
from pipeline.series import series_of

UNRELATED = (
    "What is new in version 5",
    "Install in five minutes",
    "Conference keynote 2021",
    "Interview with a maintainer",
    "Trailer",
    "Deep dive: packet capture",
    "Release party",
    "How we test",
    "Panel: the next ten years",
    "Lightning talks",
)
NOTES_PER_MISSING_VIDEO = 6
NOTES_PER_FURTHER_VIDEO = 8
SEED = 7

Form = Callable[[str, date, int, str], str]
"""The title of a video: of a series, on a day, with a number, about a topic."""

FORMS: dict[str, Form] = {
    "series - 2024-03-05": lambda series, day, _number, _topic: f"{series} - {day}",
    "series, March 5, 2024": lambda series, day, _number, _topic: f"{series}, {day:%B} {day.day}, {day.year}",
    "5 Mar 2024 | series": lambda series, day, _number, _topic: f"{day.day} {day:%b %Y} | {series}",
    "series (Mar 5)": lambda series, day, _number, _topic: f"{series} ({day:%b} {day.day})",
    "series #12": lambda series, _day, number, _topic: f"{series} #{number}",
    "series 12: topic": lambda series, _day, number, topic: f"{series} {number}: {topic}",
    "2024-03-05": lambda _series, day, _number, _topic: f"{day}",
    "series": lambda series, _day, _number, _topic: series,
    "topic": lambda _series, _day, _number, topic: topic,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print what was taken wrongly")
    args = parser.parse_args()
    meetings = read(args.folder)
    print(f"{len(meetings)} meetings with a date and a video")
    head = ("title of the video", "taken right", "wrong", "proposed first", "proposed", "missed", "not taken")
    print(f"{head[0]:24}" + "".join(f"{each:>16}" for each in head[1:]))
    for name, form in {**FORMS, "any of them": None}.items():
        print_row(name, *measure(meetings, [form] if form else list(FORMS.values()), shows_wrong=args.wrong))


def read(folder: Path) -> list[tuple[NotesWithoutRecording, Notes]]:
    """The meetings below a folder that have a date, a recording, which is hidden, and a file of their own.

    A recording can only be given for a whole file, so nothing is taken for one of several meetings in a file.
    """
    found = []
    for path in sorted(folder.rglob("*.md")):
        try:
            meetings = reader.read_all(path)
        except NotesError:
            continue
        for notes in meetings if len(meetings) == 1 else ():
            if notes.video and notes.date:
                slug = path.relative_to(folder).as_posix()
                found.append((NotesWithoutRecording(slug, str(path), notes.title, notes.date), notes))
    return found


def measure(
    meetings: Sequence[tuple[NotesWithoutRecording, Notes]], forms: Sequence[Form], *, shows_wrong: bool
) -> tuple[Counter[str], int, int]:
    """What became of the notes, how many have a video, and how many have none."""
    chance = random.Random(SEED)
    videos, truth = [], {}
    headings = Counter(section.title for _, notes in meetings for section in notes.topics)
    for number, (each, notes) in enumerate(meetings):
        assert each.date
        numbers = labels.of_notes(each).numbers
        own = {section.title for section in notes.topics}
        topics = sorted(title for title in own if headings[title] == min(map(headings.__getitem__, own)))
        series = series_of(each.title) or "Community call"
        episode, topic = min(numbers, default=number + 1), chance.choice(topics or ["General discussion"])
        if number % NOTES_PER_MISSING_VIDEO:
            title = chance.choice(forms)(series, each.date, episode, topic)
            videos.append(made(f"v{number}", title, each.date, chance))
            truth[each.slug] = f"v{number}"
        if number % NOTES_PER_FURTHER_VIDEO == 0:
            day = each.date + timedelta(days=chance.choice([3, 5, 7]))
            videos.append(made(f"w{number}", chance.choice(forms)(series, day, episode + 500, "Recap"), day, chance))
    days = [each.date for each, _ in meetings if each.date]
    videos += [made(f"u{number}", title, chance.choice(days), chance) for number, title in enumerate(UNRELATED)]
    chance.shuffle(videos)
    return judge(meetings, videos, truth, shows_wrong=shows_wrong), len(truth), len(meetings) - len(truth)


def made(video_id: str, title: str, day: date, chance: random.Random) -> ListedVideo:
    """A video that was released at the meeting, or the day after."""
    at = datetime.combine(day, time(chance.choice([9, 15, 18])), UTC) + timedelta(days=chance.choice([0, 0, 1]))
    return ListedVideo(f"https://video.example/{video_id}", video_id, title, at, True, 3600.0, "recorded")


def judge(
    meetings: Sequence[tuple[NotesWithoutRecording, Notes]],
    videos: Sequence[ListedVideo],
    truth: dict[str, str],
    *,
    shows_wrong: bool,
) -> Counter[str]:
    counts: Counter[str] = Counter()
    matches = propose(videos, [each for each, _ in meetings])
    for each, _ in meetings:
        own = [match for match in matches if match.notes.slug == each.slug]
        taken = next((match for match in own if match.unique), None)
        right = truth.get(each.slug)
        if taken:
            is_right = taken.video.id == right
            counts["right" if is_right else "wrong"] += 1
            if shows_wrong and not is_right:
                print("wrong:", each, taken.video, *taken.reasons, sep="\n    ")
        elif right is None:
            counts["not taken"] += 1
        else:
            place = next((n for n, match in enumerate(own) if match.video.id == right), None)
            counts["missed" if place is None else "first" if place == 0 else "proposed"] += 1
    return counts


def print_row(name: str, counts: Counter[str], with_video: int, without: int) -> None:
    shares = [f"{counts['right'] / with_video:.0%}", str(counts["wrong"])]
    shares += [f"{counts[each] / with_video:.0%}" for each in ("first", "proposed", "missed")]
    print(f"{name:24}" + "".join(f"{each:>16}" for each in shares) + f"{counts['not taken']:>12} of {without}")


if __name__ == "__main__":
    main()
