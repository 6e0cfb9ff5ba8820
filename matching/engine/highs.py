"""A narrow door to HiGHS: one thread, fixed seed, silent, the same answer every time."""

from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Status = Literal["optimal", "infeasible", "time_limit"]

INFINITY = highspy.kHighsInf
SEED = 0
# Every objective of ours is an integer, so half a unit proves an optimum.
INTEGER_GAP = 0.5


class SolverFailed(RuntimeError):
    """HiGHS stopped for a reason that a correct model cannot give."""


@dataclass(frozen=True)
class Answer:
    """Primal values and row duals (of the minimised objective); duals are empty for a MIP."""

    status: Status
    values: Floats
    duals: Floats
    bound: float


class _SilentHighs(highspy.Highs):
    """HiGHS whose output is off before its constructor writes a banner to standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the name is HiGHS's
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


class Model:
    """A linear model with rows fixed at the start and columns added as they prove useful."""

    def __init__(self, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        self._highs = _SilentHighs()
        self._set("threads", 1)
        self._set("random_seed", SEED)
        self._set("mip_rel_gap", 0.0)
        self._set("mip_abs_gap", INTEGER_GAP)
        lower = np.asarray(lower, dtype=np.float64)
        upper = np.asarray(upper, dtype=np.float64)
        none = np.empty(0, dtype=np.int32)
        self._highs.addRows(len(lower), lower, upper, 0, none, none, none.astype(np.float64))

    def _set(self, option: str, value: bool | int | float | str) -> None:
        if self._highs.setOptionValue(option, value) != highspy.HighsStatus.kOk:
            raise SolverFailed(f"HiGHS does not know the option {option}.")

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self._highs.getNumCol())

    def add_columns(
        self,
        *,
        costs: npt.ArrayLike,
        starts: npt.ArrayLike,
        rows: npt.ArrayLike,
        coefficients: npt.ArrayLike | None = None,
        lower: float | npt.ArrayLike = 0.0,
        upper: float | npt.ArrayLike = INFINITY,
        integer: bool = False,
    ) -> None:
        """Add columns in compressed form; coefficients are 1 unless given. Costs are minimised."""
        costs = np.asarray(costs, dtype=np.float64)
        rows = np.asarray(rows, dtype=np.int32)
        if coefficients is None:
            coefficients = np.ones(len(rows))
        count, first = len(costs), self.width
        if count == 0:
            return
        self._highs.addCols(
            count,
            costs,
            np.broadcast_to(np.asarray(lower, dtype=np.float64), count).copy(),
            np.broadcast_to(np.asarray(upper, dtype=np.float64), count).copy(),
            len(rows),
            np.asarray(starts, dtype=np.int32),
            rows,
            np.asarray(coefficients, dtype=np.float64),
        )
        if integer:
            numbers = np.arange(first, first + count, dtype=np.int32)
            kinds = np.full(count, highspy.HighsVarType.kInteger)
            self._highs.changeColsIntegrality(count, numbers, kinds)

    def add_row(
        self, lower: float, upper: float, columns: npt.ArrayLike, coefficients: npt.ArrayLike
    ) -> None:
        """Add one row over columns that are already there."""
        columns = np.asarray(columns, dtype=np.int32)
        self._highs.addRow(
            lower, upper, len(columns), columns, np.asarray(coefficients, dtype=np.float64)
        )

    def change_costs(self, costs: npt.ArrayLike) -> None:
        """Replace the costs of all columns."""
        costs = np.asarray(costs, dtype=np.float64)
        numbers = np.arange(len(costs), dtype=np.int32)
        self._highs.changeColsCost(len(costs), numbers, costs)

    def change_bounds(self, columns: npt.ArrayLike, lower: float, upper: float) -> None:
        """Give the same bounds to several columns."""
        columns = np.asarray(columns, dtype=np.int32)
        count = len(columns)
        self._highs.changeColsBounds(count, columns, np.full(count, lower), np.full(count, upper))

    def change_rows(self, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        """Replace the bounds of all rows; the basis stays, so the next solve starts warm."""
        lower = np.asarray(lower, dtype=np.float64)
        upper = np.asarray(upper, dtype=np.float64)
        numbers = np.arange(len(lower), dtype=np.int32)
        # highspy has this method, its stub does not.
        self._highs.changeRowsBounds(len(lower), numbers, lower, upper)  # type: ignore[attr-defined]

    def solve(self, *, time_limit: float | None = None) -> Answer:
        """Minimise. Raises SolverFailed when HiGHS ends in another way than the three statuses."""
        if time_limit is not None:
            self._set("time_limit", self._highs.getRunTime() + max(time_limit, 0.001))
        self._highs.run()
        status = self._highs.getModelStatus()
        solution = self._highs.getSolution()
        info = self._highs.getInfo()
        kinds = highspy.HighsModelStatus
        names: dict[highspy.HighsModelStatus, Status] = {
            kinds.kOptimal: "optimal",
            kinds.kModelEmpty: "optimal",
            kinds.kInfeasible: "infeasible",
            kinds.kTimeLimit: "time_limit",
        }
        if status not in names:
            raise SolverFailed(f"HiGHS ended with {self._highs.modelStatusToString(status)}.")
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        known = feasible or names[status] == "optimal"
        return Answer(
            status=names[status],
            values=np.asarray(solution.col_value if known else (), dtype=np.float64),
            duals=np.asarray(solution.row_dual, dtype=np.float64),
            bound=float(info.mip_dual_bound),
        )
