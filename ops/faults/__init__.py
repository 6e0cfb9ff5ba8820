"""`make faults`: what goes wrong in life, done on purpose against the real servers.

Each fault is bounded, stays on this machine, ends by itself and prints one line: id, pass or fail,
figures. `python -m ops.faults FT-12 FT-S1` runs some of them.
"""
