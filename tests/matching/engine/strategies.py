"""Random tiny instances: every mixture of shares, caps, pins, bans and ties."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from matching.engine.instance import Host, Instance, Intern, Quota

# Machines are shared: neither a slow example nor slow drawing is a fault.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    hosts = [f"PL-{number}" for number in range(draw(st.integers(1, 4)))]
    interns = [f"UA-{number}" for number in range(draw(st.integers(1, 4)))]
    pairs = [(host, intern) for host in hosts for intern in interns]
    listed = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=10))
    few_scores = draw(st.booleans())
    score = st.sampled_from([0, 5]) if few_scores else st.integers(0, 1000)
    some = st.lists(st.sampled_from(pairs), unique=True, max_size=2).map(frozenset)
    pinned = st.one_of(
        some, st.lists(st.sampled_from(listed), max_size=2).map(frozenset) if listed else some
    )

    def quotas(side: str, ids: list[str]) -> st.SearchStrategy[Quota]:
        return st.builds(
            Quota,
            side=st.just(side),
            members=st.sets(st.sampled_from(ids)).map(frozenset),
            min=st.sampled_from([0, 0, 1, 2]),
            max=st.integers(0, 4),
            label=st.sampled_from(["", "rural", "front line"]),
        )

    rows = st.lists(st.one_of(quotas("host", hosts), quotas("intern", interns)), max_size=3)
    return Instance(
        places=draw(st.integers(0, 4)),
        places_mode=draw(st.sampled_from(["exact", "at_most"])),
        hosts=tuple(Host(host, draw(st.integers(0, 2))) for host in hosts),
        interns=tuple(Intern(intern) for intern in interns),
        scores=tuple((*pair, draw(score)) for pair in listed),
        forbidden=draw(some),
        pinned=draw(st.one_of(st.just(frozenset()), pinned)),
        quotas=tuple(draw(rows)),
        salt=draw(st.sampled_from(["edition-2026", "another"])),
    )
