"""`python -m infra.launcher …`: the launcher inside the project's environment."""

import sys

from infra.launcher.cli import main

raise SystemExit(main(sys.argv[1:], inside=True))
