"""The engine is plain Python: it may be taken out of the house and run anywhere."""

import ast
from pathlib import Path

import matching.engine

ENGINE = Path(matching.engine.__file__).parent


def imported(path: Path) -> set[str]:
    """First parts of all modules that a file imports, with `matching` followed one step down."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {".".join(name.split(".")[: 2 if name.startswith("matching") else 1]) for name in names}


def test_engine_imports_nothing_of_the_framework():
    allowed = {
        "collections",
        "dataclasses",
        "functools",
        "hashlib",
        "highspy",
        "matching.engine",
        "numpy",
        "time",
        "typing",
    }

    foreign = {
        path.name: names for path in ENGINE.glob("*.py") if (names := imported(path) - allowed)
    }

    assert foreign == {}
    assert len(list(ENGINE.glob("*.py"))) > 10
