"""The titles of notes, and the days of their meetings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline import notes
from pipeline.notes.titles import title_of_several
from tests.pipeline.notes.parsing import parse


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("---\ntitle: Beekeepers, March\n---\n\n# Announcements\n", "a.md", "Beekeepers, March"),
        ("---\ntitle: '{{ page.name }}'\n---\n\n# Beekeepers\n", "a.md", "Beekeepers"),
        ("---\ntitle: 2024-03-05\n---\n\n# Beekeepers, March 5\n", "a.md", "Beekeepers, March 5"),
        ("---\ndescription: Hives in winter\n---\n\n## Agenda\n", "a.md", "Hives in winter"),
        ("---\ndescription: Hives\n---\n\n## Beekeepers' call\n\n### Agenda\n", "a.md", "Beekeepers' call"),
        ("# Announcements\n\nx\n\n# Beekeepers\n", "a.md", "Beekeepers"),
        ("# Tagesordnung\n\nx\n", "imker_call.md", "imker call"),
        ("# 2. Action Items:\n\nx\n", "imker.md", "imker"),
        ("# Call Agenda\n\nx\n", "imker.md", "imker"),
        ("# Meeting Minutes\n\nx\n", "imker.md", "Meeting Minutes"),
        ("## Beekeepers in March\n\n### Hives\n", "a.md", "Beekeepers in March"),
        ("## Hives\n\n## Honey\n\n## Swarms\n", "bees_march.md", "bees march"),
        ("## Beekeepers\n\n## Attendees\n\n## Agenda\n\n## Notes\n", "a.md", "Beekeepers"),
        ("## Beekeepers' call\n\n## Honey\n\n## Swarms\n", "a.md", "Beekeepers' call"),
        ("### Agenda\n\nx\n\n### Beekeepers - 2024-03-05\n", "a.md", "Beekeepers - 2024-03-05"),
        ("## Agenda\n\n## Hives\n", "bees.md", "bees"),
        ("Group: Bees\nDate: 2024-03-05\nWhere: here\nHow: so\n====\n\n## Hives\n", "bees.md", "Hives"),
        ("# Decisions\n\n## 2024-03-05: hives\n\n## 2024-03-19: honey\n", "bees.md", "bees"),
        ("# Notes\n\n## Beekeepers' call\n\n### Agenda\n", "bees.md", "Beekeepers' call"),
        ('<h1 align="center">Beekeepers</h1>\n\n## Agenda\n', "a.md", "Beekeepers"),
        ("**Beekeepers #7**\n\n## Agenda\n", "a.md", "Beekeepers #7"),
        ("Beekeepers call #7\n\n## Agenda\n", "a.md", "Beekeepers call #7"),
        ("The call of the beekeepers was short.\n\n## Agenda\n", "bees.md", "bees"),
        ("**Note** the hives\n", "bees.md", "bees"),
        ("text\n", "beekeepers/59/links.md", "beekeepers 59"),
        ("text\n", "beekeepers/2022-09-15/index.md", "beekeepers 2022-09-15"),
        ("text\n", "2022/01-18-quick-looks/README.md", "01-18-quick-looks"),
    ],
)
def test_the_title_is_what_the_notes_are_called(text: str, name: str, title: str) -> None:
    """The front matter's, then a heading that is no section's name, then the names of file and folder."""
    assert parse(text, name).title == title


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("March 5, 2024", "Bees – 2024-03-05"),
        ("Tuesday, March 5, 2024 (recording)", "Bees – 2024-03-05"),
        ("2024-03-05 [Public Meeting]", "Bees – 2024-03-05 [Public Meeting]"),
        ("[2024-03-05] 14:00 UTC", "Bees – 2024-03-05 14:00 UTC"),
        ("Agenda for 2024.03.05", "Bees – 2024-03-05"),
        ("Meeting #7 - 2024-03-05", "Bees – 2024-03-05 Meeting #7"),
        ("March 5", "Bees – 2024-03-05"),
        ("Bees call 2024-03-05", "Bees call 2024-03-05"),
        ("Seventh call", "Bees – 2024-03-05 Seventh call"),
    ],
)
def test_one_of_several_meetings_is_called_by_series_and_day(heading: str, title: str) -> None:
    """With whatever else its heading says, so that two meetings of a day differ."""
    assert title_of_several(heading, date(2024, 3, 5), "Bees") == title


FIFTH = date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Bees\n", "2024-03-05-bees.md"),
        ("# Bees\n", "2024/03/05.md"),
        ("# Bees\n", "2024/03-05-quick-looks/README.md"),
        ("# Bees\n", "2024-03-05/index.md"),
        ("# Bees\n", "2024-03-05/bees.md"),
        ("# Bees\n", "2024/bees-03-05.md"),
        ("# Bees, March 5th\n", "2024/bees-3-5.md"),
        ("# Bees\n", "2024/3-5-bees.md"),
        ("# Bees\n", "2024-03/march-5.md"),
        ("# Bees\n", "2024-03/05.md"),
        ("# Bees\n", "2024/03-march/05.md"),
        ("# Bees, March 5th\n", "2024/03-march.md"),
        ("# Bees 2024-03-05\n", "a.md"),
        ("# Bees, March 5th\n", "2024/bees.md"),
        ("# Bees\n\n## 2024-03-05\n\n### Hives\n", "a.md"),
        ("# Bees\n\nTuesday, 5 March 2024, 14:00 UTC\n", "a.md"),
        ("# Bees\n\n## When\n\nMarch 5, 2024 from 2pm to 3pm (CET)\n", "a.md"),
        ("# Bees\n\nMinutes of the meeting held on 5 March 2024\n", "a.md"),
        ("# Bees\n\n- **Date & Time**: [March 5, 2024, 14:00](https://example.org)\n", "a.md"),
        ("# Bees\n### Meeting Date/Time: Tue 2024/3/5 at 14:00\n", "a.md"),
        ("# Bees\n\n- Meeting: March 5, 2024\n", "a.md"),
        ("# Bees\n\nTime: 2024-03-05 14:00 UTC\n", "a.md"),
        ("# Bees\n\nWho: all\nWhen: March 5th 2024\n", "a.md"),
        ("# Bees\n\n| | |\n|-|-|\n| **Date** | 5.3.2024 |\n", "a.md"),
        ("# Imker\n\nDatum: 5.3.2024\n", "a.md"),
        ("# Abejas\n\nFecha: 5 de marzo de 2024\n\n## Próxima reunión\n\nFecha: 19 de marzo de 2024\n", "a.md"),
        ("# Reunião 05/03/2024\n\n## Presentes\n", "a.md"),
        ("# Abejas\n\n**Fecha:** 05/03/2024\n", "a.md"),
        ("# Bees\n\nThe board meeting took place online on Tuesday, March 5th, 2024 at 17:00.\n", "a.md"),
        ("# Abeilles\n\nRéunion tenue le 5 mars 2024 à Lyon\n", "a.md"),
        ("# Pszczoły\n\nProtokół z posiedzenia 5 marca 2024 r.\n", "a.md"),
        ("# Včely\n\nZápis ze schůze 5. března 2024\n", "a.md"),
        ("# Bees\n\nMarch 5, 2024 (7:00am - 8:30am PT) via phone\n", "a.md"),
        ("# Minutes\n\nRegular meeting of the board\nTuesday, March 5, 2024 – 7:00 pm, town hall\n", "a.md"),
        ("# 蜜蜂\n\n会议时间：2024/03/05晚上八点\n", "a.md"),
        ("# Bees\n\nDate: 3/5/2024\n\n## Since 2/27/2024\n", "a.md"),
        ("# Пчёлы\n\nДата и время встречи: 5 марта 2024 года\n", "a.md"),
        ("# Pszczoły\n\nData i godzina spotkania: 5.3.2024\n", "a.md"),
        ("# Bees\n", "HiveMeeting2024-03-05.md"),
        ("---\nrecorded: 2024-03-05\npublished: 2024-04-01\n---\n\n# Bees\n", "a.md"),
        ("---\ndate: 2024-03-05T10:00:00Z\n---\n\n# Bees\n", "a.md"),
        ("---\npubDate: 2024-03-05\n---\n\n# Bees\n", "a.md"),
        ("---\npublish_date: 2024-03-09\nmeeting_date: 2024-03-05\n---\n\n# Bees\n", "a.md"),
        ("# Bees\n\n> Held on 2024-03-05. A recording is available.\n", "a.md"),
        ("---\neventDate: 2024-03-05\n---\n\n# Bees\n", "a.md"),
        ("---\ndatum: 5.3.2024\n---\n\n# Imker\n", "a.md"),
        ("---\ndate: 1709632800000\n---\n\n# Bees\n", "a.md"),
        ("# Logs of the call held on 2024-03-05\n", "2024-03-07-logs-of-2024-03-05.md"),
    ],
)
def test_the_day_of_a_meeting_is_found(text: str, name: str) -> None:
    """Wherever communities write it: names, folders, headings, labelled lines, front matter."""
    read = parse(text, name)
    assert (read.date, read.warnings) == (FIFTH, ())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Bees\n\nNext meeting: March 5, 2024\n", "a.md"),
        ("# Bees\n\n## Release 2024-03-05 of the hives\n", "a.md"),
        ("# Bees\n\n## 2024-03-05\n\n## 2024-03-12\n\ntext\n", "roadmap.md"),
        ("# Bees\n\nWe decided on 2024-03-05 to swarm.\n", "a.md"),
        ("# Bees\n\nMeeting: we decided on March 5, 2024\n", "a.md"),
        ("# Bees\n\nRelease date: 2024-03-05\n", "a.md"),
        ("# Bees\n\nThe last meeting was held on March 5, 2024.\n", "a.md"),
        ("# Bees\n\nThe meeting was held after the fair of March 5, 2024.\n", "a.md"),
        ("# Bees\n\nDate: 3/5/2024\n", "a.md"),
        ("# Bees\n", "2024-03-05-to-2024-06-05.md"),
        ("# Bees\n", "2024/release-03-05.md"),
        ("# Bees\n", "2024/bees-3-5.md"),
        ("# Bees\n\n## Next meeting\n\nTuesday, March 5, 2024\n", "a.md"),
        ("# Bees\n\n## Próxima reunión\n\n**Fecha:** 5 de marzo de 2024\n", "a.md"),
        ("# Bees\n\nNext call\n\n2024-03-05\n", "a.md"),
        ("# Bees\n\nTuesday, March 5, 2024 Ann leaves the club.\n", "a.md"),
        ("# Bees\n\n- March 5, 2024, a fair\n", "a.md"),
        ("# Bees\n\n- Held on 2024-03-05. It was a fair.\n", "a.md"),
        ("# Bees\n\nNext meeting on 2024-03-05. Bring honey.\n", "a.md"),
        ("# Bees\n", "2024_03_mar.md"),
        ("# Bees\n", "2024/03-march/call.md"),
        ("# Bees\n", "bees-3-5.md"),
        ("---\ndate: soon\n---\n\n# Bees\n", "a.md"),
    ],
)
def test_a_date_of_something_else_is_not_the_meetings(text: str, name: str) -> None:
    """A wrong date costs more than none."""
    assert parse(text, name).date is None


def test_the_file_name_counts_before_the_title() -> None:
    """And the difference is told."""
    read = parse("# Bees 2024-02-06\n\nDate: 2024-01-02\n", "2024-03-05.md")
    assert read.date == FIFTH
    assert read.warnings == ("the title says 2024-02-06, the file name 2024-03-05; the file name is used",)


def test_the_files_beside_it_tell_how_a_name_is_to_be_read(tmp_path: Path) -> None:
    """Which number is the day, where the file itself does not show it."""
    for name in ("3-5-2024.md", "3-19-2024.md"):
        (tmp_path / name).write_text("# Bees\n", "utf-8")
    assert notes.read(tmp_path / "3-5-2024.md").date == FIFTH
    (tmp_path / "3-6-2024.md").write_text("# Reunião\n", "utf-8")
    assert notes.read(tmp_path / "3-6-2024.md").date == date(2024, 3, 6)
    (tmp_path / "19-4-2024.md").touch()
    assert notes.read(tmp_path / "3-5-2024.md").date is None
