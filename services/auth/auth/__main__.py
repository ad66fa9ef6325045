"""`python -m auth api|worker|migrate`."""

import sys

from auth.app import ROOT

if __name__ == "__main__":
    sys.exit(ROOT.main())
