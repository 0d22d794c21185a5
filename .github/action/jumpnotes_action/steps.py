"""Which step is which function. The modules are imported by their step: the first has no jumpnotes yet."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from jumpnotes_action.runner import ActionError, annotate


def main(arguments: Sequence[str]) -> None:
    """Take a step, and exit with 1 if it failed or found something."""
    os.environ["PYTHONUTF8"] = "1"  # of the programs that are started
    try:
        is_good = _take(*arguments)
    except ActionError as error:
        annotate("error", str(error))
        is_good = False
    sys.exit(0 if is_good else 1)


def _take(step: str, argument: str = "") -> bool:
    if step == "install":
        from jumpnotes_action.install import install

        install(argument)
    elif step == "plan":
        from jumpnotes_action.plan import make_plan

        make_plan()
    elif step == "link":
        from jumpnotes_action.link import link

        return link()
    else:
        from jumpnotes_action.publish import publish

        publish()
    return True
