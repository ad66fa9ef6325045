"""`python -m catalog api|worker|migrate|seed-demo`."""

import sys

from catalog.app import ROOT

if __name__ == "__main__":
    sys.exit(ROOT.main())
