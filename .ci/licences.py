"""Check the licences of what the images install: each is in .ci/licences.toml, or the package is, with a reason.

python .ci/licences.py requirements.lock requirements-web.lock

What holds is what the lock files install for the Python that runs this, which has to be installed; an image may have a
newer Python, for which a few pins are others.
"""

from __future__ import annotations

import platform
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from cyclonedx.spdx import fixup_id
from license_expression import ExpressionError, get_spdx_licensing
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
POLICY = Path(__file__).with_name("licences.toml")
_CLASSIFIER = "License :: "
_SPDX = get_spdx_licensing()


@dataclass(frozen=True)
class Locked:
    """A package of a lock file, with all that the file says of it."""

    name: str
    version: str
    text: str


def image() -> dict[str, str]:
    """What markers are about, of an image: the Dockerfile names its Python and system."""
    found = re.search(r"^FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found, "the Dockerfile begins with an image of Python"
    return {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{found[1]}.0",
        "python_version": found[1],
        "sys_platform": "linux",
    }


def image_of_this_python() -> dict[str, str]:
    """The same, with the Python that runs this: only what is installed can be asked for its licence."""
    version = platform.python_version()
    return image() | {"python_full_version": version, "python_version": version.rpartition(".")[0]}


def locked(lock: Path, environment: Mapping[str, str]) -> Iterator[Locked]:
    """What a lock file installs in such an environment.

    Raises:
        SystemExit: a line cannot be understood.
    """
    for text in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8").strip()):
        try:
            requirement = Requirement(text.partition("\\\n")[0].strip())
        except InvalidRequirement as error:
            raise SystemExit(f"{lock}: {error}") from error
        if requirement.marker is None or requirement.marker.evaluate(dict(environment)):
            (pin,) = requirement.specifier
            yield Locked(canonicalize_name(requirement.name), pin.version, text)


def installed_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def said_of(name: str) -> tuple[str, ...]:
    """Everything that the metadata of an installed package says of its licence, as it says it."""
    about = metadata.metadata(name)
    classifiers = [each for each in about.get_all("Classifier") or [] if each.startswith(_CLASSIFIER)]
    expression = about.get("License-Expression") or ""
    named = " ".join((about.get("License") or "").split())
    if not fixup_id(named) and (expression or classifiers):  # words of their own, beside others that are clear
        named = ""
    return tuple(filter(None, (expression, named, *classifiers)))


def licence_of(name: str, policy: Mapping[str, Any]) -> str | None:
    """The licence of an installed package as an SPDX expression; None where it is not known, or is two things."""
    said = said_of(name)
    if known := policy["stated"].get(name):
        return str(known["licence"]) if known["says"] == "; ".join(said) else None
    meant = [_meanings(each, policy) for each in said]
    if not meant or len(meant[0]) != 1:
        return None
    (licence,) = meant[0]
    parts = {licence, *_SPDX.license_keys(licence)}
    return licence if all(parts & each for each in meant) else None


def _meanings(said: str, policy: Mapping[str, Any]) -> set[str]:
    """The SPDX expressions, one of which something that is said of a licence means; none: nobody knows."""
    if said.startswith(_CLASSIFIER):
        return set(policy["classifiers"].get(said, ()))
    try:
        parsed = _SPDX.parse(fixup_id(said) or said, validate=True)
    except ExpressionError:
        return set()
    return set() if parsed is None else {str(parsed)}


def is_allowed(licence: str, allowed: frozenset[str]) -> bool:
    """Whether one may take a package by licences of the list alone: all of an AND, any of an OR."""

    def check(part: Any) -> bool:
        if arguments := getattr(part, "args", ()):
            return (any if part.operator.strip() == "OR" else all)(map(check, arguments))
        return str(part) in allowed

    return check(_SPDX.parse(licence))


def problems(locks: list[Path], policy: Mapping[str, Any]) -> Iterator[str]:
    """What is not allowed, and what in the list nobody needs."""
    here = image_of_this_python()
    pins = {(each.name, each.version) for lock in locks for each in locked(lock, here)}
    for name, version in sorted(pins):
        installed = installed_version(name)
        if installed == version:
            yield from _problems_of(name, policy)
        else:
            yield f"{name}: {version} is locked, and {installed or 'none'} is installed"
    met = {name for name, _ in pins} | {each.name for lock in locks for each in locked(lock, image())}
    for name in sorted({*policy["exceptions"], *policy["stated"]} - met):
        yield f"{name}: is in {POLICY.name}, and in no image"


def _problems_of(name: str, policy: Mapping[str, Any]) -> Iterator[str]:
    licence, exception = licence_of(name, policy), policy["exceptions"].get(name)
    if licence is None:
        yield f"{name}: its licence is not known: {'; '.join(said_of(name)) or 'it names none'}"
    elif exception is not None and exception["licence"] != licence:
        yield f"{name}: {licence}, and the exception is for {exception['licence']}"
    elif exception is None and not is_allowed(licence, frozenset(policy["allowed"])):
        yield f"{name}: {licence} is not allowed"


def main(arguments: list[str]) -> int:
    policy = tomllib.loads(POLICY.read_text(encoding="utf-8"))
    found = list(problems([Path(each) for each in arguments], policy))
    for each in found:
        sys.stderr.write(f"{each}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
