"""What a sale may say at most: one set for every door, REST, files and topics alike, held by `sales.domain.claims`.

They are far beyond what a shop sells in one line, and close enough that sums of very many such sales still fit where
they are kept: whoever reads `sale-recorded` must be able to read whatever the ledger takes.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

MOST_UNITS = Decimal(10_000_000)  # of a sale or return
MOST_PRICE = Decimal(1_000_000_000)  # below this; there are currencies whose smallest note is 1,000
MOST_AMOUNT = Decimal(100_000_000_000)  # of a sale: its quantity at its price
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # how far in the future a sale may lie: tills' clocks are not ours
