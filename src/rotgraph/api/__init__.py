"""In: the rooms below. Out: what Python users call. Room: api.

`walk` is the whole way from notes to an answer, readable top to bottom; the other modules are the objects that people hold.
"""
