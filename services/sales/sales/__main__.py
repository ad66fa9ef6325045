"""`python -m sales api|worker|migrate`."""

import sys

from sales.app import ROOT

if __name__ == "__main__":
    sys.exit(ROOT.main())
