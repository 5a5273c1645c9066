"""Health checks, the ledger of requests, samples of the machine, and their history."""
