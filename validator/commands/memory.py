"""Memory that was freed, and that the C library keeps for later."""

from __future__ import annotations

# The parameter of `mallopt` for the size from which a block is a mapping of its own.
_MMAP_THRESHOLD = -3
_LARGE_BLOCK = 1 << 20


def give_back() -> None:
    """Return freed memory to the system from now on, where the C library would keep it.

    That is glibc: the first large index that is freed makes it keep the next ones among small
    blocks, and what is free around them: a tenth of what two large registries take.
    """
    try:
        from ctypes import CDLL

        library = CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE_BLOCK)
        library.malloc_trim(0)
    except (ImportError, OSError, AttributeError, TypeError):
        pass  # another library, which has no such functions
