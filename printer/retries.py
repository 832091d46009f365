"""When a print job is tried again. printer/spool.py asks, in the server, which loads no font, no driver."""

# After about four minutes the visitor has long read the number from the screen; paper coming out then would
# only lie about. A person can still print the job again.
RETRY_SECONDS = (2, 5, 10, 20, 40, 60, 60, 60)


def next_attempt_after(attempts: int) -> int | None:
    """Seconds to wait after this many failed attempts (1, 2, …); None: leave the job to a person."""
    if attempts < 1:
        raise ValueError(f"{attempts} attempts have not failed yet")
    return RETRY_SECONDS[attempts - 1] if attempts <= len(RETRY_SECONDS) else None
