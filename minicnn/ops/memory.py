"""Keep the memory that a training step frees, for the next step.

Every step allocates the same arrays as the one before, some of several megabytes, and frees them.
The allocator of glibc, the C library of most Linux systems, returns such blocks to the system at
once, and the system hands them out again page by page, each filled with zeros. That takes up to a
quarter of a step. But the allocator adapts: it returns only blocks that are larger than the largest
one freed so far (`M_MMAP_THRESHOLD` in mallopt(3)), up to 32 MB. So one large block is freed here.
"""

from functools import cache

import numpy as np

LARGEST = 2**25 - 2**13
"""Just below 32 MB, the most that the allocator adapts to, with room for its own header."""


@cache
def keep_freed_blocks() -> None:
    """Allocate one large block and free it; once in a process is enough.

    Nothing is written to the block, so it costs nothing. From then on the process keeps the most
    memory that it has used at a time. Without glibc this has no effect.
    """
    block = np.empty(LARGEST, np.uint8)
    del block  # the allocator adapts when a block is freed
