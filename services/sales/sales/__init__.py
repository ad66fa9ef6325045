"""The ledger of sales: record, return, correct, void, import."""
