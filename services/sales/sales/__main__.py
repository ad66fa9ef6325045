"""`python -m sales api|worker|migrate`."""

import sys

from chassis.runner import run

from sales import app

sys.exit(run("sales", {"api": app.api, "worker": app.worker, "migrate": app.migrate}))
