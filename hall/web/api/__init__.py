"""The REST interface under /api/v1, one module per audience; each has a `blueprint` whose routes name who
may use them.
"""

MORE: tuple = ()
"""Blueprints of further modules, registered by hall/app.py."""
