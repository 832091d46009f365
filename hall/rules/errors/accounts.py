"""Of who somebody is and what they may do."""

from hall.rules.errors.base import Conflict, Forbidden, Invalid


class WeakPassword(Invalid):
    code = "weak_password"


class WrongPassword(Forbidden):
    code = "wrong_password"


class NotSignedIn(Forbidden):
    """Nobody is signed in, or the session has ended (401)."""

    code = "not_signed_in"


class NotAllowed(Forbidden):
    code = "not_allowed"


class OutdatedPairing(Forbidden):
    """A pairing address whose token nobody has any more: a newer one was made, or it was copied wrongly."""

    code = "outdated_pairing"


class UsernameTaken(Conflict):
    code = "username_taken"


class AccountAtWindow(Conflict):
    """An account is still signed in at a window. params: username, window."""

    code = "account_at_window"


class LastAdministrator(Conflict):
    code = "last_administrator"


class ShownOnce(Conflict):
    """A secret that was made by an earlier request with the same key, and shown only there."""

    code = "shown_once"
