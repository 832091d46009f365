"""A hall at work: simulated visitors and clerks who use the real HTTP interface. `python -m hall demo`."""
