"""Filters as links, of lists and of searches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilterLink:
    """What narrows a list down to `count`, or undoes that where it `is_active`."""

    name: str
    count: int
    href: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Filters of one kind."""

    name: str
    links: tuple[FilterLink, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What can narrow a list or a search down, in groups; `active` of them do."""

    groups: tuple[FilterGroup, ...] = ()
    active: int = 0
