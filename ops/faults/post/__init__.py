"""Faults of mail: real workers, a real broker and database, and a provider that plays tricks.

What is judged is what the provider has really sent on: a letter that never came is lost, one that
came twice is double. Every line has a control: the same with a guard taken away must go wrong.
"""
