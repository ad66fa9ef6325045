"""What the demos are made from: pure, and without the running system. `infra.launcher` brings it in.

Standard library only here: the command line reads the names.
"""

WHOLESALER, STORES, SMALL_STORES, LARGE = "wholesaler", "stores", "small-stores", "large"
KINDS = (WHOLESALER, STORES, SMALL_STORES, LARGE)
LARGE_PRODUCTS = 50_000
