"""In: a compiled vault. Out: the same, on the disk and back. Room: disk."""
