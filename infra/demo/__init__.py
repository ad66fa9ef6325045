"""What the demos are made from: pure, and without the running system. `infra.launcher` brings it in.

Standard library only here: the command line reads the names.
"""

WHOLESALER, STORES, SMALL_STORES = "wholesaler", "stores", "small-stores"
KINDS = (WHOLESALER, STORES, SMALL_STORES)
