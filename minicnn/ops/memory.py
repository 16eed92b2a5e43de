"""Memory that a step of training gives back stays with the process, for the next step.

A step makes the same arrays as the one before, some of several megabytes, and lets go of them. The
allocator of glibc, the C library of most Linux systems, returns such blocks to the system at once,
and the system hands them out again page by page, each filled with zeros: up to a quarter of a step
goes there. But it learns: the largest block that was ever freed becomes the size from which on
blocks are returned (`M_MMAP_THRESHOLD` in mallopt(3)), up to 32 MB. So it is shown one.
"""

from functools import cache

import numpy as np

LARGEST = 2**25 - 2**13
"""Just below 32 MB, with room for the allocator's own notes: what it may learn at most."""


@cache
def keep_freed_blocks() -> None:
    """Make one large block and free it, untouched, so that it costs nothing; once is enough.

    From then on the process holds on to the most memory that it has used at a time. Elsewhere than
    on glibc it has no effect.
    """
    block = np.empty(LARGEST, np.uint8)
    del block  # the freeing is what the allocator learns from
