"""Plans for the hall, worked out in processes of their own: asks.py is the table of what can be asked,
keeper.py how the server asks it, worker.py the process, planner.py what every answer starts from.
"""
