"""jumpnotes in an environment of its own: the very code the action was taken from, with the versions of its lock."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from jumpnotes_action.runner import ActionError, set_output, work_folder

SETS = {
    "": ("", ()),
    "words": ("[meaning]", ("rapidfuzz",)),  # all that aligning with a transcript needs
    "pipeline": ("[pipeline,meaning]", ()),
    "site": ("[pipeline,meaning,site]", ()),
}
"""What can be installed: an extra of jumpnotes, and further packages."""

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(==[^\s;\\]+(?: ; [^\\\n]*)?)", re.MULTILINE)


def install(name: str) -> None:
    """Install one of SETS, and tell which Python has it. What is already there stays.

    Raises:
        ActionError: it cannot be installed.
    """
    if os.environ.get("INPUT_INSTALL", "true") == "false":
        set_output("python", sys.executable)
        return
    extra, packages = SETS[name]
    source = Path(os.environ["GITHUB_ACTION_PATH"]).resolve()
    folder = work_folder()
    python = folder / "venv" / "bin" / "python"
    constraints = folder / "constraints.txt"
    constraints.write_text(versions((source / "requirements.lock").read_text()))
    pip = [str(python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    commands = [[*pip, "--constraint", str(constraints), "--", f"jumpnotes{extra} @ {source.as_uri()}", *packages]]
    if not python.exists():
        commands.insert(0, [sys.executable, "-I", "-m", "venv", str(folder / "venv")])
    for command in commands:
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode:
            raise ActionError("jumpnotes could not be installed; the log says why.")
    set_output("python", str(python))


def versions(lock: str) -> str:
    """The versions in a lock file, without hashes, as a folder has none, and without extras, which constrain nothing.

    >>> versions("click[x]==8.1 ; python_version < '4' \\\\\\n    --hash=sha256:0\\nlxml==5.3\\n")
    "click==8.1 ; python_version < '4'\\nlxml==5.3\\n"
    """
    return "".join(f"{name}{version.strip()}\n" for name, version in _PINNED.findall(lock))
