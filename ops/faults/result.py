"""What a fault came to."""

from dataclasses import dataclass, field


@dataclass
class Result:
    """One line: id, pass or fail, figures. Every claim is a name and whether it held."""

    id: str
    figures: dict[str, object] = field(default_factory=dict)
    claims: dict[str, bool] = field(default_factory=dict)

    @property
    def is_passed(self) -> bool:
        """All claims held, and there were some."""
        return bool(self.claims) and all(self.claims.values())

    def line(self) -> str:
        """The line that is printed; broken claims are named first."""
        broken = [name for name, held in self.claims.items() if not held]
        told = [f"broken: {', '.join(broken)}"] if broken else []
        told += [f"{name}={value}" for name, value in self.figures.items()]
        return f"{self.id:<6} {'pass' if self.is_passed else 'FAIL'}  {' '.join(told)}"
