"""Measurements: every figure beside a floor taken in the same run on the same machine. `python -m hall
bench`.
"""
