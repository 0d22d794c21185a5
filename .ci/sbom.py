"""Write what an image installs as a CycloneDX file: each package with its hashes, and its licence where that is known,
which it is of versions that are installed here.

python .ci/sbom.py requirements.lock sbom/pipeline.cdx.json
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import licences
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def bill(lock: Path) -> str:
    """The file for a lock file, as JSON.

    Raises:
        SystemExit: it would not be valid, or the lock file is not.
    """
    policy = tomllib.loads(licences.POLICY.read_text(encoding="utf-8"))
    packages = list(licences.locked(lock, licences.image()))
    text = "\n".join(each.text for each in packages)
    # The markers are left out of the pins, since all of these are installed.
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "requirements",
        "--no-validate",
        "--output-reproducible",
        "--of",
        "JSON",
        "-",
    ]
    command += ["--pyproject", str(licences.ROOT / "pyproject.toml")]
    made = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SystemExit(made.stderr)
    found = json.loads(made.stdout)
    for component in found["components"]:
        component.pop("description", None)  # the line of the lock file
        name = licences.canonicalize_name(component["name"])
        if licences.installed_version(name) != component["version"]:  # another may be under another licence
            continue
        if licence := licences.licence_of(name, policy):
            component["licenses"] = [{"expression": licence, "acknowledgement": "declared"}]
    written = json.dumps(found, indent=2) + "\n"
    if invalid := JsonStrictValidator(SchemaVersion.V1_6).validate_str(written):
        raise SystemExit(f"{lock}: {invalid}")
    return written


if __name__ == "__main__":
    Path(sys.argv[2]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[2]).write_text(bill(Path(sys.argv[1])), encoding="utf-8")
