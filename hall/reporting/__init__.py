"""Reports and standards, answered by a process of their own: answers.py and standards.py say what the sums
mean, files.py writes them for a spreadsheet, worker.py is the process, keeper.py how the server holds it.
"""
