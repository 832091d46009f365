"""`python -m hall bench faults`: every promise of a hall under a fault, as a figure.

listing.py is the list; a fault is a function that breaks something of a real hall again and again and returns
a Row.
"""
