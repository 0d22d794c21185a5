"""What notes leave out, and the archive knows: which repository a bare `#6280` is of, and whose version 4.6 is.

A number that is linked elsewhere is of the repository it is linked in. Otherwise it is of the one that most links of
its series of meetings, or else of all meetings, lead into, if that is clearly one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.records import Reference, TopicKind
from pipeline.topics import trackers
from pipeline.topics.bare_numbers import LOOSE

MIN_SHARE = 0.5
"""Of the links of a series that lead into its main repository."""

MIN_LINKED = 3
"""Issues of a repository that are linked before bare numbers are taken for its own."""

MIN_NAMED = 3
"""Numbers that a word stands before, as in `LDK #4208`, before it is taken for the name of a repository."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """What the links of an archive tell about its repositories."""

    main: str  # the repository of the archive; "" where there is none
    of_series: Mapping[str, str]
    of_number: Mapping[int, str]
    of_name: Mapping[str, str]
    loose: frozenset[str]  # words before numbers that are names of repositories
    zeroes: frozenset[str]  # versions with a 0 at their end: where there is 4.6.0, 4.6 is the same
    series: frozenset[str]  # words of the series of meetings: a number after one is that of a meeting

    @classmethod
    def of(cls, references: Iterable[tuple[str, Reference]]) -> Resolver:
        """From all references, each with the series of its meeting."""
        linked: dict[str, set[tuple[str, int]]] = defaultdict(set)
        loose: dict[str, set[str]] = defaultdict(set)
        named_series, zeroes = set(), set()
        for series, reference in references:
            named_series.add(series)
            if reference.kind is TopicKind.VERSION and reference.key.endswith(".0"):
                zeroes.add(reference.key)
            if reference.key.startswith(f"?{LOOSE}"):
                word, _, digits = reference.key[2:].rpartition("/")
                loose[word].add(digits)
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
            frozenset(name for name, seen in loose.items() if len(seen) >= MIN_NAMED),
            frozenset(zeroes),
            frozenset(word for series in named_series for word in series.lower().split()),
        )

    def resolved(self, reference: Reference, series: str) -> Reference | None:
        """The same, completed; None where the archive shows that it is none."""
        if reference.kind is TopicKind.ISSUE and reference.key.startswith("?"):
            return self._issue(reference, series)
        if reference.kind is TopicKind.VERSION:
            return self._version(reference)
        if reference.kind is TopicKind.STANDARD and reference.key.startswith("rfc/") and "rfcs" in self.of_name:
            number = int(reference.key.rpartition("/")[2])  # RFCs of a project that has its own
            return self._in(reference, self.of_name["rfcs"], number)
        return reference

    def other_keys(self, reference: Reference) -> Iterator[str]:
        """What an unresolved reference would be known by, as long as the archive tells less."""
        if not reference.key.startswith("?"):
            yield reference.key
            return
        name, _, number = reference.key.removeprefix("?").removeprefix(LOOSE).rpartition("/")
        yield f"{name}/{number}" if name else number
        if name:
            yield number

    def _version(self, reference: Reference) -> Reference:
        product, _, version = reference.key.rpartition(" ")
        is_own = not product or product in {*self.main.rpartition("/")[::2]}
        names = {"", *self.main.rpartition("/")[::2]} if is_own else {product}
        with_zero = f"{version}.0"
        if version.count(".") == 1 and any(f"{name} {with_zero}".strip() in self.zeroes for name in names):
            version = with_zero
        key = version if is_own else f"{product} {version}"
        if key == reference.key:
            return reference
        name = version if is_own else f"{reference.name.rpartition(' ')[0]} {version}"
        return replace(reference, key=key, name=name)

    def _issue(self, reference: Reference, series: str) -> Reference | None:
        name, _, written = reference.key[1:].rpartition("/")
        number, is_own_count = int(written.removeprefix("!")), written.startswith("!")
        main = self.of_series.get(series) or self.main
        if name.startswith(LOOSE):
            name = name.removeprefix(LOOSE)
            if name in self.series:
                return None
            known = self.of_name.get(name) or self.of_number.get(number)
            if known is None and name in self.loose:
                return replace(reference, key=f"{name}/{number}")
            if not (known or main):
                return replace(reference, key=str(number), name=f"#{number}")
            return self._in(reference, known or main, number)
        if name:
            repository = self.of_name.get(name)
        elif is_own_count:
            repository = main if main.count("/") > 1 else None  # of GitLab
        else:
            repository = self.of_number.get(number) or main
        if not repository:
            return replace(reference, key=reference.key[1:])
        if is_own_count:
            short = repository.rpartition("/")[2]
            return replace(reference, key=f"{repository}/!{number}", name=f"{short}!{number}", url=None)
        return self._in(reference, repository, number)

    def _in(self, reference: Reference, repository: str, number: int) -> Reference:
        key, url = trackers.issue_in(repository, number)
        name = f"{repository.rpartition('/')[2]}#{number}"
        return replace(reference, kind=TopicKind.ISSUE, key=key, name=name, url=url)


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
