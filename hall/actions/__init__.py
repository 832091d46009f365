"""The verbs of the hall: each one transaction, then the announcement."""
