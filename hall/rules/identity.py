"""What the hall reads off an identity number (handbook 13): whether it is well formed, the holder's age, and
the mask that may be shown.

The number itself is never kept; hall/actions/issue.py keeps a keyed hash and this mask.
"""

from datetime import date

from hall.rules.errors import BadIdNumber

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
"""GB 11643-1999: the 18th character is CHECK_DIGITS[sum of digit × weight mod 11]."""


def normalise(raw: str) -> str:
    """The 18 characters in upper case; raises BadIdNumber for anything else than a well-formed resident
    identity number.
    """
    number = raw.strip().upper()
    if len(number) != 18 or not number.isascii() or not number[:17].isdigit():
        raise BadIdNumber()
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    if CHECK_DIGITS[total % 11] != number[17]:
        raise BadIdNumber()
    birthday(number)
    return number


def birthday(number: str) -> date:
    """The birthday inside a number (characters 7–14); raises BadIdNumber when it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadIdNumber() from None


def age(number: str, today: date) -> int:
    """Full years on `today`; raises BadIdNumber when born in the future."""
    born = birthday(number)
    if born > today:
        raise BadIdNumber()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def mask(number: str) -> str:
    """What staff may see: the first and last four characters."""
    return f"{number[:4]}**********{number[-4:]}"
