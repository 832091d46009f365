"""The tables of the hall, their queries and their migrations."""
