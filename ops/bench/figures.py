"""One figure: what was measured, what it was divided by, and the target it has to reach."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

COMPARE = {
    "<=": lambda reached, target: reached <= target,
    ">=": lambda reached, target: reached >= target,
    "=": lambda reached, target: reached == target,
}


@dataclass(frozen=True)
class Figure:
    """A line of the table. Without a floor `reached` is the value itself."""

    id: str
    what: str
    value: float
    unit: str
    target: float
    floor: float | None = None
    floor_is: str = ""
    must_be: str = "<="
    more: dict[str, object] = field(default_factory=dict)

    @property
    def reached(self) -> float:
        """What is compared with the target: a multiple of the floor, or the value."""
        return self.value / self.floor if self.floor else self.value

    @property
    def is_reached(self) -> bool:
        """Whether the target is met."""
        return COMPARE[self.must_be](self.reached, self.target)

    def as_json(self) -> str:
        """One line for a machine."""
        told = asdict(self) | {"reached": round(self.reached, 2), "is_reached": self.is_reached}
        for name in ("value", "floor"):
            if told[name] is not None:
                told[name] = round(told[name], 3)
        return json.dumps(told, ensure_ascii=False)


def table(figures: Iterable[Figure]) -> str:
    """All figures for people."""
    rows = [("id", "what", "value", "floor", "reached", "target", "")]
    for figure in figures:
        rows.append(
            (
                figure.id,
                figure.what,
                f"{figure.value:.2f} {figure.unit}".strip(),
                f"{figure.floor:.2f} {figure.unit}" if figure.floor else "-",
                f"{figure.reached:.2f}{' x' if figure.floor else ''}",
                f"{figure.must_be} {figure.target:g}{' x' if figure.floor else ''}",
                "reached" if figure.is_reached else "NOT REACHED",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
