"""The named refusals of the hall: what a person asked for and why it was not done.

Every class is one sentence in the `errors` catalogue (`error.<code>`), which tells its reader what to do. A
refusal changes nothing. Rules and actions raise them; hall/web/problems.py turns the five kinds into HTTP
status codes, once.
"""

from hall.rules.errors.accounts import *
from hall.rules.errors.base import *
from hall.rules.errors.copies import *
from hall.rules.errors.issuing import *
from hall.rules.errors.plans import *
from hall.rules.errors.rectifications import *
from hall.rules.errors.requests import *
from hall.rules.errors.rosters import *
from hall.rules.errors.server import *
from hall.rules.errors.serving import *
from hall.rules.errors.staffing import *
from hall.rules.errors.unknown import *
