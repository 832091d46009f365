"""Every event of the hall's journal: the one list. Actions record them, the journal stores them, hall/live.py
sends them to screens.

An event says what happened with the few values a screen needs to follow (labels, codes and numbers, never a
name or an identity of a visitor). `STAFF_ONLY` fields are left out of what boards and visitors get.
"""

from hall.events.accounts import *
from hall.events.alerts import *
from hall.events.base import *
from hall.events.halls import *
from hall.events.offline import *
from hall.events.printing import *
from hall.events.rectifications import *
from hall.events.rosters import *
from hall.events.staffing import *
from hall.events.tickets import *
from hall.events.windows import *
