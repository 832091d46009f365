"""A linear or integer programme in the making, row by row, and HiGHS to solve it.

Used by the staffing advisor (staffing_programme.py), the weekly roster (roster_programme.py) and the report
on skills. Imported only where plans are made, in a worker process or a measurement: it loads HiGHS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np


class _QuietHighs(highspy.Highs):
    """HiGHS without its banner, which it prints where its constructor enables callbacks."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS calls it by this name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


@dataclass
class Rows:
    """A linear programme in the making, row by row."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def column(self, cost: float, upper: float = highspy.kHighsInf, whole: bool = False) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: Mapping[int, float], low: float, high: float) -> None:
        self.index += terms.keys()
        self.value += terms.values()
        self.start.append(len(self.index))
        self.low.append(low)
        self.high.append(high)

    def solve(
        self, start_from: Mapping[int, float], gap: float, longest_seconds: float
    ) -> tuple[list[float], float] | None:
        """The columns' values, and by how much their cost may exceed the least; None when no solution was
        found in time.
        """
        solver = self._solver(longest_seconds, gap)
        solver.setSolution(
            len(start_from), np.array(list(start_from), dtype=np.int32), np.array(list(start_from.values()))
        )
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        left = float(info.objective_function_value) - float(info.mip_dual_bound)
        return list(solver.getSolution().col_value), max(0.0, left)

    def prices(self, longest_seconds: float) -> tuple[list[float], list[float]] | None:
        """What each row's bound costs: by how much the least cost would rise with it; and the columns'
        values. For programmes without whole numbers; None when none was found in time.
        """
        solver = self._solver(longest_seconds, 0.0)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = solver.getSolution()
        return list(solution.row_dual), list(solution.col_value)

    def _solver(self, longest_seconds: float, gap: float) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.low)
        model.col_cost_ = np.array(self.cost)
        model.col_lower_ = np.zeros(len(self.cost))
        model.col_upper_ = np.array(self.upper)
        model.row_lower_, model.row_upper_ = np.array(self.low), np.array(self.high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self.start)
        model.a_matrix_.index_ = np.array(self.index)
        model.a_matrix_.value_ = np.array(self.value)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[one] for one in self.whole]
        solver: Any = _QuietHighs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("threads", 1),
            ("time_limit", longest_seconds),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", gap),
        ):
            solver.setOptionValue(name, value)
        solver.passModel(model)
        return solver
