"""What any function may have wrong with it, so that no bank needs to know it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Something wrong that is seen without a bank, such as an input that was written into.

    Attributes
    ----------
    name : str
        Such as ``"nothing_returned"``.
    sentence : str
        What was seen.
    hint : str
        What to do about it, or to think about; empty where the sentence says all.
    is_mistake : bool
        Whether this is what was done wrong. Of an exception it is not: its cause is elsewhere.
    is_explained : bool
        Whether it is known what was done wrong: of an exception, where a mistake of the bank raises
        one on the same cases.
    """

    name: str
    sentence: str
    hint: str = ""
    is_mistake: bool = True
    is_explained: bool = True
