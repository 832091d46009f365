"""The twin: the hall's own rules run on simulated visitors, with a clock of their own."""
