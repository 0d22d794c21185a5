"""What notes leave out, and the archive knows: which repository a bare `#6280` is of, and whose version 4.6 is.

A number that is linked elsewhere is of the repository it is linked in. Otherwise it is of the one that most links of
its series of meetings, or else of all meetings, lead into, if that is clearly one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.records import Reference, TopicKind
from pipeline.topics import trackers

MIN_SHARE = 0.5
"""Of the links of a series that lead into its main repository."""

MIN_LINKED = 3
"""Issues of a repository that are linked before bare numbers are taken for its own."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """What the links of an archive tell about its repositories."""

    main: str  # the repository of the archive; "" where there is none
    of_series: Mapping[str, str]
    of_number: Mapping[int, str]
    of_name: Mapping[str, str]

    @classmethod
    def of(cls, references: Iterable[tuple[str, Reference]]) -> Resolver:
        """From all references, each with the series of its meeting."""
        linked: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for series, reference in references:
            if reference.kind is TopicKind.ISSUE and (issue := _issue_of(reference.key)):
                linked[series].add(issue)
        everywhere = set().union(*linked.values())
        numbers: dict[int, Counter[str]] = defaultdict(Counter)
        names: dict[str, Counter[str]] = defaultdict(Counter)
        for repository, number in everywhere:
            numbers[number][repository] += 1
            names[repository.rpartition("/")[2]][repository] += 1
        main = _main(everywhere)
        of_series = {series: found for series, issues in linked.items() if (found := _main(issues))}
        return cls(
            main,
            of_series,
            {number: next(iter(found)) for number, found in numbers.items() if len(found) == 1},
            {name: found.most_common(1)[0][0] for name, found in names.items()},
        )

    def resolved(self, reference: Reference, series: str) -> Reference:
        """The same, completed."""
        if reference.kind is TopicKind.ISSUE and reference.key.startswith("?"):
            return self._issue(reference, series)
        if reference.kind is TopicKind.VERSION:
            product, _, number = reference.key.rpartition(" ")
            if product and product in {*self.main.rpartition("/")[::2]}:
                return replace(reference, key=number, name=reference.name.rpartition(" ")[2])
        return reference

    def _issue(self, reference: Reference, series: str) -> Reference:
        name, _, written = reference.key[1:].rpartition("/")
        mark = "!" if written.startswith("!") else ""
        number = int(written.removeprefix("!"))
        repository = self.of_name.get(name) if name else None
        if not name and not mark:
            main = self.of_series.get(series) or self.main
            repository = self.of_number.get(number) or main
        if not repository:
            return replace(reference, key=reference.key[1:])
        key, url = trackers.issue_in(repository, number)
        if mark:
            key, url = f"{repository}/!{number}", None
        return replace(reference, key=key, name=f"{repository.rpartition('/')[2]}{mark or '#'}{number}", url=url)


def _issue_of(key: str) -> tuple[str, int] | None:
    """The repository and the number of an issue that is known by its whole key."""
    repository, _, number = key.rpartition("/")
    return (repository, int(number)) if number.isdecimal() and "/" in repository and not key.startswith("?") else None


def _main(issues: Iterable[tuple[str, int]]) -> str:
    counted = Counter(repository for repository, _ in issues)
    if not counted:
        return ""
    repository, count = counted.most_common(1)[0]
    return repository if count >= MIN_LINKED and count >= MIN_SHARE * counted.total() else ""
