"""Check the licences of what the images install: each is in .ci/licences.toml, or the package is, with a reason.

python .ci/licences.py requirements.lock requirements-web.lock
"""

from __future__ import annotations

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


def locked(lock: Path) -> Iterator[Locked]:
    """What a lock file installs in an image, whose Python and system the Dockerfile names.

    Raises:
        SystemExit: a line cannot be understood.
    """
    found = re.search(r"^FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found, "the Dockerfile begins with an image of Python"
    image = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{found[1]}.0",
        "python_version": found[1],
        "sys_platform": "linux",
    }
    for text in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8").strip()):
        try:
            requirement = Requirement(text.partition("\\\n")[0].strip())
        except InvalidRequirement as error:
            raise SystemExit(f"{lock}: {error}") from error
        if requirement.marker is None or requirement.marker.evaluate(image):
            (pin,) = requirement.specifier
            yield Locked(canonicalize_name(requirement.name), pin.version, text)


def said_of(name: str) -> str:
    """What the metadata of an installed package says of its licence, as it says it; "" where it says nothing."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here"
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [each for each in about.get_all("Classifier") or [] if each.startswith(_CLASSIFIER)]
    named = " ".join((about.get("License") or "").split())
    return named if fixup_id(named) or not classifiers else "; ".join(classifiers)


def licence_of(name: str, policy: Mapping[str, Any]) -> str | None:
    """The licence of an installed package as an SPDX expression; None where that is not known."""
    said = said_of(name)
    if known := policy["stated"].get(name):
        return str(known["licence"]) if known["says"] == said else None
    if said in policy["classifiers"]:
        return str(policy["classifiers"][said])
    try:
        parsed = _SPDX.parse(fixup_id(said) or said, validate=True)
    except ExpressionError:
        return None
    return None if parsed is None else str(parsed)


def is_allowed(licence: str, allowed: frozenset[str]) -> bool:
    """Whether one may take a package by licences of the list alone: all of an AND, any of an OR."""

    def check(part: Any) -> bool:
        if arguments := getattr(part, "args", ()):
            return (any if part.operator.strip() == "OR" else all)(map(check, arguments))
        return str(part) in allowed

    return check(_SPDX.parse(licence))


def problems(locks: list[Path], policy: Mapping[str, Any]) -> Iterator[str]:
    """What is not allowed, and what in the list nobody needs."""
    allowed, exceptions, met = frozenset(policy["allowed"]), policy["exceptions"], set()
    for package in sorted(
        {each.name: each for lock in locks for each in locked(lock)}.values(), key=lambda at: at.name
    ):
        met.add(package.name)
        licence, exception = licence_of(package.name, policy), exceptions.get(package.name)
        if licence is None:
            yield f"{package.name}: its licence is not known: {said_of(package.name) or 'it names none'}"
        elif exception is not None and exception["licence"] != licence:
            yield f"{package.name}: {licence}, and the exception is for {exception['licence']}"
        elif exception is None and not is_allowed(licence, allowed):
            yield f"{package.name}: {licence} is not allowed"
    for name in sorted({*exceptions, *policy["stated"]} - met):
        yield f"{name}: is in {POLICY.name}, and in no image"


def main(arguments: list[str]) -> int:
    policy = tomllib.loads(POLICY.read_text(encoding="utf-8"))
    found = list(problems([Path(each) for each in arguments], policy))
    for each in found:
        sys.stderr.write(f"{each}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
