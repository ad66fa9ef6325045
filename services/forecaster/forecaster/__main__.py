"""`python -m forecaster api|worker|trainer|migrate`."""

import sys

from chassis.runner import run

from forecaster import app

if __name__ == "__main__":
    roles = {"api": app.api, "worker": app.worker, "trainer": app.trainer, "migrate": app.migrate}
    sys.exit(run("forecaster", roles))
