"""`python -m forecaster api|worker|trainer|migrate`."""

import sys

from forecaster.app import ROOT

if __name__ == "__main__":
    sys.exit(ROOT.main())
