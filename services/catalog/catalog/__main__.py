"""`python -m catalog api|worker|migrate`."""

import sys

from chassis.runner import run

from catalog import app

sys.exit(run("catalog", {"api": app.api, "worker": app.worker, "migrate": app.migrate}))
