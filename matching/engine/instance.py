"""An instance of the matching problem: frozen values, and the strict reading of its JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

MAX_SCORE = 1000
SCHEMA_VERSION = 1

Pair = tuple[str, str]
Side = Literal["host", "intern"]
PlacesMode = Literal["exact", "at_most"]

T = TypeVar("T")


class InstanceError(ValueError):
    """The instance does not fit the schema: `field` says where, `sentence` says what is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = sentence
        super().__init__(f"{field}: {sentence}")


@dataclass(frozen=True, slots=True)
class Host:
    """A municipality in the pool; `capacity` is the largest number of interns it can take."""

    id: str
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Intern:
    """A person in the pool; every intern is placed at most once."""

    id: str


Member = TypeVar("Member", Host, Intern)


@dataclass(frozen=True, slots=True)
class Quota:
    """A portfolio row: chosen pairs whose host (or intern) is a member number min to max."""

    side: Side
    members: frozenset[str]
    min: int
    max: int
    label: str = ""

    @property
    def name(self) -> str:
        """The label, or, where there is none, the members."""
        if self.label:
            return self.label
        first = sorted(self.members)[:3]
        rest = len(self.members) - len(first)
        return f"{self.side} quota of {', '.join(first)}" + (f" and {rest} more" if rest else "")

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Total order that does not depend on the order of rows in a file."""
        return (self.side, self.name, self.min, self.max, sorted(self.members))


@dataclass(frozen=True, slots=True)
class Instance:
    """Everything the solver needs. A pair that is not in `scores` is not allowed.

    `scores` holds (host id, intern id, score), the score an integer 0..1000. `forbidden` wins over
    `scores`. `salt` is published before the deadline and decides ties (`problem.lottery_weight`).
    """

    places: int
    hosts: tuple[Host, ...]
    interns: tuple[Intern, ...]
    scores: tuple[tuple[str, str, int], ...]
    places_mode: PlacesMode = "exact"
    forbidden: frozenset[Pair] = frozenset()
    pinned: frozenset[Pair] = frozenset()
    quotas: tuple[Quota, ...] = ()
    salt: str = ""
    host_utility: Mapping[Pair, int] = field(default_factory=dict)
    intern_utility: Mapping[Pair, int] = field(default_factory=dict)

    def with_changes(
        self, *, force: Iterable[Pair] = (), forbid: Iterable[Pair] = ()
    ) -> "Instance":
        """The same instance with more pins and bans; raises InstanceError for an unknown id."""
        force, forbid = list(force), list(forbid)
        hosts = {host.id for host in self.hosts}
        interns = {intern.id for intern in self.interns}
        for name, pairs in (("force", force), ("forbid", forbid)):
            for host, intern in pairs:
                _known(name, host, hosts, "host")
                _known(name, intern, interns, "intern")
        return replace(
            self,
            pinned=self.pinned | frozenset(force),
            forbidden=self.forbidden | frozenset(forbid),
        )

    def without_host(self, host: str) -> "Instance":
        """The instance after a host withdraws: all pairs of this host are removed."""
        _known("host", host, {each.id for each in self.hosts}, "host")
        return replace(
            self,
            scores=tuple(row for row in self.scores if row[0] != host),
            pinned=frozenset(pair for pair in self.pinned if pair[0] != host),
        )

    def without_intern(self, intern: str) -> "Instance":
        """The instance after an intern withdraws: all pairs of this intern are removed."""
        _known("intern", intern, {each.id for each in self.interns}, "intern")
        return replace(
            self,
            scores=tuple(row for row in self.scores if row[1] != intern),
            pinned=frozenset(pair for pair in self.pinned if pair[1] != intern),
        )

    def allowed(self) -> dict[Pair, int]:
        """Score of every allowed pair: listed and not forbidden."""
        return {
            (host, intern): score
            for host, intern, score in self.scores
            if (host, intern) not in self.forbidden
        }


def parse_instance(document: Any) -> Instance:
    """Read the decoded JSON of schema version 1. Unknown fields are ignored.

    Raises InstanceError naming the first field that does not fit.
    """
    if not isinstance(document, Mapping):
        raise InstanceError("instance", "The file must hold one JSON object.")
    version = document.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise InstanceError("schema_version", f"The schema version must be {SCHEMA_VERSION}.")
    places = _integer(_required(document, "places"), "places")
    mode = _required(document, "places_mode")
    if mode not in ("exact", "at_most"):
        raise InstanceError("places_mode", 'The value must be "exact" or "at_most".')
    hosts = _unique_by_id(_each(document, "hosts", _host), "hosts")
    interns = _unique_by_id(_each(document, "interns", _intern), "interns")
    host_ids, intern_ids = {host.id for host in hosts}, {intern.id for intern in interns}

    def pair(row: Any, where: str) -> Pair:
        host, intern = _row(row, where, 2)
        return _known(where, host, host_ids, "host"), _known(where, intern, intern_ids, "intern")

    def valued(row: Any, where: str, *, highest: int | None = None) -> tuple[str, str, int]:
        host, intern, value = _row(row, where, 3)
        value = _integer(value, where, lowest=None if highest is None else 0, highest=highest)
        return *pair((host, intern), where), value

    def score(row: Any, where: str) -> tuple[str, str, int]:
        return valued(row, where, highest=MAX_SCORE)

    def quota(row: Any, where: str) -> Quota:
        return _quota(row, where, host_ids, intern_ids)

    scores = _each(document, "scores", score)
    _unique_pairs(scores, "scores")
    salt = _required(document, "salt")
    if not isinstance(salt, str):
        raise InstanceError("salt", "The salt must be text.")
    utilities: dict[str, dict[Pair, int]] = {}
    for name in ("host_utility", "intern_utility"):
        rows = _each(document, name, valued) if document.get(name) is not None else []
        _unique_pairs(rows, name)
        utilities[name] = {(host, intern): value for host, intern, value in rows}
    return Instance(
        places=places,
        places_mode=mode,
        hosts=tuple(hosts),
        interns=tuple(interns),
        scores=tuple(scores),
        forbidden=frozenset(_each(document, "forbidden", pair)),
        pinned=frozenset(_each(document, "pinned", pair)),
        quotas=tuple(_each(document, "quotas", quota)),
        salt=salt,
        **utilities,
    )


def _required(mapping: Mapping[str, Any], name: str, where: str | None = None) -> Any:
    if name not in mapping:
        raise InstanceError(where or name, f'The field "{name}" is missing.')
    return mapping[name]


def _each(document: Mapping[str, Any], name: str, read: Callable[[Any, str], T]) -> list[T]:
    rows = _required(document, name)
    if not isinstance(rows, list | tuple):
        raise InstanceError(name, "The value must be a list.")
    return [read(row, f"{name}[{number}]") for number, row in enumerate(rows)]


def _row(row: Any, where: str, length: int) -> list[Any]:
    if not isinstance(row, list | tuple) or len(row) != length:
        raise InstanceError(where, f"The entry must be a list of {length} values.")
    return list(row)


def _integer(value: Any, where: str, *, lowest: int | None = 0, highest: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InstanceError(where, "The value must be a whole number.")
    if lowest is not None and value < lowest:
        raise InstanceError(where, f"The value must be at least {lowest}.")
    if highest is not None and value > highest:
        raise InstanceError(where, f"The value must be at most {highest}.")
    return value


def _known(where: str, value: Any, known: set[str], kind: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise InstanceError(where, f"There is no {kind} with the id {value!r}.")
    return value


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InstanceError(where, "The entry must be an object.")
    return value


def _identifier(row: Mapping[str, Any], where: str) -> str:
    value = _required(row, "id", f"{where}.id")
    if not isinstance(value, str) or not value:
        raise InstanceError(f"{where}.id", "The id must be text and not empty.")
    return value


def _host(row: Any, where: str) -> Host:
    row = _mapping(row, where)
    capacity = _required(row, "capacity", f"{where}.capacity")
    return Host(_identifier(row, where), _integer(capacity, f"{where}.capacity"))


def _intern(row: Any, where: str) -> Intern:
    return Intern(_identifier(_mapping(row, where), where))


def _quota(row: Any, where: str, host_ids: set[str], intern_ids: set[str]) -> Quota:
    row = _mapping(row, where)
    side = _required(row, "side", f"{where}.side")
    if side not in ("host", "intern"):
        raise InstanceError(f"{where}.side", 'The value must be "host" or "intern".')
    members = _required(row, "members", f"{where}.members")
    if not isinstance(members, list | tuple):
        raise InstanceError(f"{where}.members", "The value must be a list.")
    known = host_ids if side == "host" else intern_ids
    label = row.get("label", "")
    if not isinstance(label, str):
        raise InstanceError(f"{where}.label", "The label must be text.")
    bounds = {
        name: _integer(_required(row, name, f"{where}.{name}"), f"{where}.{name}")
        for name in ("min", "max")
    }
    ids = frozenset(_known(f"{where}.members", member, known, side) for member in members)
    return Quota(side=side, members=ids, label=label, **bounds)


def _unique_by_id(rows: list[Member], name: str) -> list[Member]:
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if row.id in seen:
            raise InstanceError(f"{name}[{number}].id", f"The id {row.id!r} occurs twice.")
        seen.add(row.id)
    return rows


def _unique_pairs(rows: list[tuple[str, str, int]], name: str) -> None:
    seen: set[Pair] = set()
    for number, (host, intern, _value) in enumerate(rows):
        if (host, intern) in seen:
            raise InstanceError(f"{name}[{number}]", f"The pair {host!r}, {intern!r} occurs twice.")
        seen.add((host, intern))
