"""What each screen shows at one moment: snapshots built from the records, which Socket.IO events then carry
forward.
"""
