"""A run's Reporter: which of the notes are in hand, how far they are, and how long the rest takes."""

from __future__ import annotations

from pathlib import Path

from pipeline.cli.render.progress import ConsoleReporter
from pipeline.run.estimate import Pacemeter, Workload, in_words


class RunProgress:
    """Counts the notes, and passes on to the console what it hears of them."""

    def __init__(self, console: ConsoleReporter, total: int) -> None:
        self.workload = Workload({})
        self.pacemeter = Pacemeter()
        self._console = console
        self._total = total
        self._number = 0
        self._done = 0.0  # of what there is to hear, in seconds, with what is in hand
        self._hearing = False

    def begin(self, path: Path) -> None:
        self._number += 1
        left = (self.workload.recorded - self._done) * (self.pacemeter.pace or self.workload.pace)
        self._done += self.workload.seconds.get(path, 0.0)
        if self._total == 1:
            self._console.begin("")
        elif self._number == 1 or not left:
            self._console.begin(f"{self._number} of {self._total}  ")
        else:
            self._console.begin(f"{self._number} of {self._total} (about {in_words(left)} left)  ")

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        self._hearing = unit == "seconds"
        self.pacemeter.begin()
        self._console.stage(title, stage, unit=unit)

    def progress(self, done: float, total: float) -> None:
        if self._hearing:
            self.pacemeter.note(done)
        self._console.progress(done, total)

    def heard(self, start: float, text: str) -> None:
        """The transcript is read when it is whole."""

    def say(self, text: str) -> None:
        self._console.say(text)

    def warn(self, text: str) -> None:
        self._console.warn(text)
