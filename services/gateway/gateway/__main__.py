"""`python -m gateway api`."""

import sys

from chassis.runner import run

from gateway import app

sys.exit(run("gateway", {"api": app.api}))
