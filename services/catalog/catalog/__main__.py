"""`python -m catalog api|worker|migrate|seed-demo`."""

import sys

from chassis.runner import run

from catalog import app

roles = {"api": app.api, "worker": app.worker, "migrate": app.migrate, "seed-demo": app.seed_demo}
sys.exit(run("catalog", roles))
