"""A kiosk that goes on while the server is away: its store, its clock, its line to the server and its pages.

kiosk/__main__.py puts it together. While the server is there every wish goes through to it; while it is away
numbers come from blocks that the server leased to this kiosk before (hall/rules/leases.py).
"""
