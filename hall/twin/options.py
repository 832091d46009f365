"""What the twin's commands take alike: hall/twin/command.py and hall/twin/replay_command.py."""

import argparse
from datetime import date
from pathlib import Path

PICTURES = (".svg", ".png")


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date; write it like 2026-11-23") from None


def output(text: str) -> Path:
    """A file that can be written: said before days are played for it."""
    file = Path(text)
    if file.is_dir() or not file.parent.is_dir():
        raise argparse.ArgumentTypeError(f"'{text}' cannot be written: name a file in a folder that exists")
    return file


def picture(text: str) -> Path:
    """A file whose ending says what kind of picture it is."""
    file = output(text)
    if file.suffix not in PICTURES:
        raise argparse.ArgumentTypeError(f"must end in {' or '.join(PICTURES)}")
    return file


def add_outputs(one: argparse.ArgumentParser) -> None:
    """Where the comparison goes besides the terminal."""
    one.add_argument("--rows", type=int, default=12, help="businesses shown, longest waits first; 0 = all")
    one.add_argument("--json", type=output, metavar="FILE", help="write all figures")
    one.add_argument("--picture", type=picture, metavar="FILE", help="draw the comparison (.svg or .png)")
