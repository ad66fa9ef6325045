"""`python -m auth api|worker|migrate`."""

import sys

from chassis.runner import run

from auth import app

sys.exit(run("auth", {"api": app.api, "worker": app.worker, "migrate": app.migrate}))
