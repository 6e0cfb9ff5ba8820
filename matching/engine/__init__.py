"""The matching engine: exact, plain Python, knows nothing of Django.

The problem is a k-cardinality assignment with portfolio rows: choose `places` pairs of host and
intern with the largest total score, within the capacity of hosts, one place an intern, caps and
minimum shares, pins and bans.

What the rest of the house asks, and where:

- `scores.score_all`, `scores.score_pair`: points of pairs, opened into criteria (`criteria`)
- `instance.Instance`, `instance.parse_instance`: the problem as frozen values
- `solve.solve`: the proven best matching, ties decided by the published lottery
- `contradictions.contradictions`, `relaxation.smallest_relaxation`: why nothing fits
- `prices.Pricing`: the price of a pair, the cheapest alternatives; `rules.rule_prices`: of a rule
- `changes.replacements`: what if somebody withdraws or declines
- `explain.left_out`, `explain.first_come_first_served`: reasons, and the plain rule to compare with
- `sensitivity.fragile_pairs`: pairs that a weight moved by a fifth would undo
- `stability.blocking_pairs`: who would rather be together

Below them: `problem` (arrays), `linear` (LP by column generation, certificates in whole numbers),
`optimum` (branching where the LP is fractional), `ties`, `network` (caps only), `highs`.
"""
