"""A step of the action: `run.py install EXTRAS`, `run.py plan`, `run.py link` or `run.py publish`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - a runner's own may be older
    sys.stdout.write(
        f"::error::jumpnotes needs Python 3.11 or newer; this is {sys.version.split()[0]}. Add actions/setup-python.\n"
    )
    sys.exit(1)

sys.stdout.reconfigure(encoding="utf-8")

from jumpnotes_action.steps import main  # noqa: E402

main(sys.argv[1:])
