"""What a page may load and talk to. hall/app.py puts it on every answer; a page that needs one place more
sets its own, as the kiosk does for its card reader.
"""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'{connect}; media-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def content_security(*connect: str) -> str:
    """The Content-Security-Policy; `connect` are further origins that the page's script may ask."""
    return _POLICY.format(connect="".join(f" {origin}" for origin in connect))
