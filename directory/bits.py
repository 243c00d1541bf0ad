"""Sets of small numbers as the bits of one integer: joined, cut and counted in microseconds."""

import zlib
from collections.abc import Iterable, Iterator


def packed(bits: int) -> bytes:
    return zlib.compress(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), 1)


def unpacked(data) -> int:
    return int.from_bytes(zlib.decompress(bytes(data)), "little")


def of(numbers: Iterable[int]) -> int:
    """The set of the given numbers."""
    numbers = list(numbers)
    if not numbers:
        return 0
    field = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        field[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(field, "little")


def numbers(bits: int) -> Iterator[int]:
    """The numbers of a set, smallest first."""
    for place, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            start = place << 3
            for offset in range(8):
                if byte >> offset & 1:
                    yield start + offset


def has(bits: int, number: int) -> bool:
    return bool(bits >> number & 1)


def at_least(sets: list[int], least: int) -> int:
    """The numbers that stand in at least so many of the sets.

    Counters of all numbers are added up at once: the n-th bit of `columns[i]` is bit i of the count of number n.
    """
    if least <= 0:
        raise ValueError("every number stands in no set or more")
    columns: list[int] = []
    for carry in sets:
        for place in range(len(columns)):
            columns[place], carry = columns[place] ^ carry, columns[place] & carry
        if carry:
            columns.append(carry)
    return _not_below(columns, least)


def _not_below(columns: list[int], least: int) -> int:
    """Where the counters are equal to `least` or above it: compare from the highest bit down."""
    if least >> len(columns):
        return 0
    above, equal = 0, None  # None stands for everything
    for place in reversed(range(len(columns))):
        column = columns[place]
        if least >> place & 1:
            equal = column if equal is None else equal & column
        elif equal is None:
            above |= column
            equal = ~column
        else:
            above |= equal & column
            equal &= ~column
    return above | (equal if equal is not None and equal >= 0 else 0)


class Members:
    """A set that is asked often for single numbers."""

    def __init__(self, bits: int):
        self.field = bits.to_bytes((bits.bit_length() + 7) // 8, "little")

    def __contains__(self, number: int) -> bool:
        try:
            return self.field[number >> 3] >> (number & 7) & 1 == 1
        except IndexError:
            return False
