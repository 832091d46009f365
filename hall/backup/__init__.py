"""Copies of a running hall (`python -m hall backup`), a hall made from one (`restore`), and those that are
made by themselves. What is in the database is hall/records/copying.py's and hall/actions/restored.py's.
"""
