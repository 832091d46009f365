"""Decisions only: plain values in, plain values out; no clock, no I/O, nothing else of ours."""
