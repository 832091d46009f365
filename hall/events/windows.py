"""Of a window and who sits at it."""

from dataclasses import dataclass

from hall.events.base import Event


@dataclass(frozen=True)
class WindowEvent(Event):
    window: int


@dataclass(frozen=True)
class WindowSignedIn(WindowEvent):
    """A clerk took the window; it is paused."""

    clerk_name: str
    badge: str


@dataclass(frozen=True)
class WindowSignedOut(WindowEvent):
    """The clerk left; the window is closed."""


@dataclass(frozen=True)
class WindowPaused(WindowEvent):
    """The window calls nobody for a while."""

    reason: str | None = None


@dataclass(frozen=True)
class WindowOpened(WindowEvent):
    """The window calls."""


@dataclass(frozen=True)
class WindowClosed(WindowEvent):
    """The window was closed and its clerk signed out."""


@dataclass(frozen=True)
class WindowReady(WindowEvent):
    """The clerk asked for the next visitor and nobody waited: the next arrival is called here by itself."""


@dataclass(frozen=True)
class WindowBusinessesChanged(WindowEvent):
    """The window serves these from now on."""

    businesses: list[str]
