"""What the images install is under licences that are listed, and there is a bill of it."""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

LOCKS = ("requirements.lock", "requirements-web.lock")


def check(*locks: Path | str, packages: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`make check`'s step, with further packages."""
    command = [sys.executable, ROOT / ".ci" / "licences.py", *locks]
    env = {"PYTHONPATH": str(packages)} if packages else {}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_everything_in_the_images_may_be_there() -> None:
    """And nothing is in the list that no image needs."""
    found = check(*LOCKS)

    assert (found.returncode, found.stderr) == (0, "")


GPL_3 = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
PACKAGES = {
    "gpl": ("License-Expression: GPL-3.0-or-later", "GPL-3.0-or-later is not allowed"),
    "both": ("License-Expression: MIT AND GPL-2.0-only", "MIT AND GPL-2.0-only is not allowed"),
    "with": (
        "License-Expression: GPL-2.0-only WITH Classpath-exception-2.0",
        "GPL-2.0-only WITH Classpath-exception-2.0 is not allowed",
    ),
    "classifier": (
        "Classifier: License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)",
        "its licence is not known: License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)",
    ),
    "own-words": ("License: As you like it", "its licence is not known: As you like it"),
    "silent": ("Summary: a package", "its licence is not known: it names none"),
    "two": (
        f"License: MIT\nClassifier: {GPL_3}",
        f"its licence is not known: MIT; {GPL_3}",
    ),
    "expressly-two": (
        f"License-Expression: MIT\nClassifier: {GPL_3}",
        f"its licence is not known: MIT; {GPL_3}",
    ),
    "bsd": (
        "Classifier: License :: OSI Approved :: BSD License",
        "its licence is not known: License :: OSI Approved :: BSD License",
    ),
    "agreed": ("License-Expression: BSD-3-Clause\nClassifier: License :: OSI Approved :: BSD License", None),
    "either": ("License-Expression: MIT OR GPL-2.0-only", None),
}
"""What metadata says, and what is told of it, None: it may be there."""


def test_what_is_not_listed_or_not_known_fails(tmp_path: Path) -> None:
    """Somebody has to read it, and say why it may be there. What is only for other systems is in no image, and
    what another version says counts for nothing; which is locked depends on the Python.
    """
    lock = tmp_path / "requirements.lock"
    pins = [f"{name}==1.0 \\\n    --hash=sha256:0\n" for name in (*PACKAGES, "not-there")]
    versions = {"elsewhere": ("1.0", "sys_platform == 'win32'"), "other": ("2.0", "python_version >= '3'")}
    pins += [f"{name}=={version} ; {marker} \\\n    --hash=sha256:0\n" for name, (version, marker) in versions.items()]
    for version, compares in (("1.0", "<="), ("3.0", ">")):
        pins.append(f"both-locked=={version} ; python_full_version {compares} '{platform.python_version()}'\n")
    lock.write_text("".join((ROOT / each).read_text() for each in LOCKS) + "".join(pins))
    installed = PACKAGES | dict.fromkeys(("other", "both-locked"), ("License-Expression: MIT", None))
    for name, (says, _) in installed.items():
        about = tmp_path / f"{name.replace('-', '_')}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{says}\n")

    found = check(lock, packages=tmp_path)

    expected = [f"{name}: {told}" for name, (_, told) in PACKAGES.items() if told]
    assert sorted(found.stderr.splitlines()) == sorted(
        [*expected, "not-there: 1.0 is locked, and none is installed", "other: 2.0 is locked, and 1.0 is installed"]
    )
    assert found.returncode == 1


def test_a_bill_says_what_an_image_installs_with_hashes_and_licences(tmp_path: Path) -> None:
    """It is valid CycloneDX, or it is not written. What is only installed here in another version has no licence."""
    lock, bill = tmp_path / "requirements.lock", tmp_path / "sbom.cdx.json"
    pinned = re.search(r"^flask==.*\n(    --hash.*\n)+", (ROOT / "requirements-web.lock").read_text(), re.MULTILINE)
    assert pinned
    hashed = f"--hash=sha256:{'0' * 64}\n"
    lock.write_text(f"{pinned[0]}click==0.1 \\\n    {hashed}colorama==1.0 ; os_name == 'nt' \\\n    {hashed}")
    subprocess.run([sys.executable, ROOT / ".ci" / "sbom.py", lock, bill], cwd=ROOT, check=True)
    components = {each["name"]: each for each in json.loads(bill.read_text())["components"]}

    assert components.keys() == {"flask", "click"}
    assert components["flask"]["licenses"] == [{"expression": "BSD-3-Clause", "acknowledgement": "declared"}]
    assert "licenses" not in components["click"]
    assert components["flask"]["purl"].startswith("pkg:pypi/flask@")
    hashes = [each["hashes"] for name in components for each in components[name]["externalReferences"]]
    assert all(len(each["content"]) == 64 for found in hashes for each in found)
    assert len(hashes) == len(components)
