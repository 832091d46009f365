"""What the twin's commands take alike: hall/twin/command.py and hall/twin/replay_command.py."""

import argparse
from pathlib import Path

PICTURES = (".svg", ".png")


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def picture(text: str) -> Path:
    """A file whose ending says what kind of picture it is."""
    file = Path(text)
    if file.suffix not in PICTURES:
        raise argparse.ArgumentTypeError(f"must end in {' or '.join(PICTURES)}")
    return file


def add_outputs(one: argparse.ArgumentParser) -> None:
    """Where the comparison goes besides the terminal."""
    one.add_argument("--rows", type=int, default=12, help="businesses shown, longest waits first; 0 = all")
    one.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    one.add_argument("--picture", type=picture, metavar="FILE", help="draw the comparison (.svg or .png)")
