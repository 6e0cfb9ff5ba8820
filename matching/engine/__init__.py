"""The matching engine: exact, plain Python, knows nothing of Django.

The problem is a k-cardinality assignment with portfolio rows: choose `places` pairs of host and
intern with the largest total score, within the capacity of hosts, one place an intern, caps and
minimum shares, pins and bans.
"""
