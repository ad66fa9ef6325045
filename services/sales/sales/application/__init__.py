"""Use cases of sales: what a client, a file or the system does, one transaction each."""
