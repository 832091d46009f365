"""The picture of a comparison: waits, broken promises and overtakes per policy, as SVG or PNG.

matplotlib is imported here only, and this module only when a picture is asked for. The Chinese comes from the
same font as on the tickets; its file opens with the thinnest weight, so the strokes are made stronger.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager, patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from hall.i18n import Words
from hall.rules.tickets import VisitorClass
from hall.twin.measures import EVERYBODY, Group, Summary

ENDINGS = (".svg", ".png")
_FONT_PACKAGE, _FONT_FILE, _FAMILY = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", "Noto Sans CJK SC"
_DARK, _LIGHT, _WARM = "#1f4e79", "#9dc3e6", "#c55a11"
_ELDERLY: Group = (None, VisitorClass.ELDERLY)


def draw(summaries: Sequence[Summary], title: str, file: Path, words: Words) -> None:
    """Writes the picture; the file's ending says which kind."""
    _know_font()
    with mpl.rc_context({"font.family": ["DejaVu Sans", _FAMILY], "svg.hashsalt": "hall"}):
        figure = Figure(figsize=(12, 1.2 + 0.62 * len(summaries)), layout="constrained")
        waits, broken, overtaken = figure.subplots(1, 3, sharey=True)
        _waits(waits, summaries, words)
        _broken(broken, summaries, words)
        _bars(overtaken, summaries, lambda one: one.figures["elderly_overtakes_per_ordinary"], _WARM)
        overtaken.set_title(words("twin.picture_overtakes"), fontsize=10)
        waits.set_yticks(
            range(len(summaries)), [words(f"twin.policy.{one.policy}") for one in summaries], fontsize=10
        )
        waits.invert_yaxis()
        for axes in (waits, broken, overtaken):
            axes.spines[["top", "right"]].set_visible(False)
            axes.set_xlim(left=0)
            axes.grid(axis="x", color="#dddddd", linewidth=0.6)
            axes.set_axisbelow(True)
        figure.suptitle(title, fontsize=12)
        for text in figure.findobj(Text):
            text.set_path_effects([patheffects.withStroke(linewidth=0.5, foreground=text.get_color())])
        metadata = {"Date": None} if file.suffix == ".svg" else None
        figure.savefig(file, dpi=150, metadata=metadata)


def _know_font() -> None:
    found = find_spec(_FONT_PACKAGE)
    known = {font.name for font in font_manager.fontManager.ttflist}
    if found and found.submodule_search_locations and _FAMILY not in known:
        font_manager.fontManager.addfont(Path(found.submodule_search_locations[0]) / _FONT_FILE)


def _waits(axes: Axes, summaries: Sequence[Summary], words: Words) -> None:
    """The mean as a bar, the 90 and 95 per cent as marks, in minutes."""
    _bars(axes, summaries, lambda one: one.waits[EVERYBODY]["mean"], _DARK, 60)
    for name, mark in (("p90", "|"), ("p95", "d")):
        at = [(one.waits[EVERYBODY][name].mean or 0) / 60 for one in summaries]
        axes.plot(at, range(len(summaries)), mark, color=_WARM, markersize=8, label=words(f"twin.{name}"))
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    axes.set_title(words("twin.picture_waits"), fontsize=10)


def _broken(axes: Axes, summaries: Sequence[Summary], words: Words) -> None:
    """The share over promise: everybody, and the elderly."""
    for shift, group, color, name in (
        (-0.19, EVERYBODY, _DARK, "twin.over_promise"),
        (0.19, _ELDERLY, _LIGHT, "twin.over_promise_elderly"),
    ):
        of = [one.waits.get(group, {}).get("over_promise") for one in summaries]
        axes.barh(
            [place + shift for place in range(len(summaries))],
            [100 * (one.mean or 0) if one else 0 for one in of],
            0.36,
            xerr=[100 * (one.error or 0) if one else 0 for one in of],
            color=color,
            label=words(name),
        )
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    axes.set_title(words("twin.picture_over_promise"), fontsize=10)


def _bars(
    axes: Axes, summaries: Sequence[Summary], read: Callable[[Summary], Any], color: str, unit: float = 1
) -> None:
    """One bar per policy, with the standard error over the seeds."""
    figures = [read(one) for one in summaries]
    axes.barh(
        range(len(summaries)),
        [(one.mean or 0) / unit for one in figures],
        0.6,
        xerr=[(one.error or 0) / unit for one in figures],
        color=color,
        ecolor="#555555",
    )
