"""In: nothing. Out: the version. Room: ground."""

__all__ = ["VERSION"]

VERSION = "0.1.0"
