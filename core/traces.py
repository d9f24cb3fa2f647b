"""Finding words that were removed in copies elsewhere: other spelling of spaces, case and accents, cut or quoted."""

import re
from collections.abc import Iterable
from typing import Any

from core.text import fold

# A shorter text stands in too many innocent places to be a trace by itself.
SHORTEST = 12
# Notices and reports cut long texts; their beginning is kept.
BEGINNING = 60
_NUMBER = re.compile(r"\d[\d ]{7,}\d")


class Traces:
    """What to look for: each text whole, its lines, the beginning of a long one, and every long number in it."""

    def __init__(self, texts: Iterable[str]) -> None:
        wanted: set[str] = set()
        for text in texts:
            pieces = [text, *text.splitlines()]
            for piece in map(fold, pieces):
                if len(piece) >= SHORTEST:
                    wanted |= {piece, piece[:BEGINNING].rstrip()}
            wanted |= {re.sub(r"\s", "", number) for number in _NUMBER.findall(text)}
        self._wanted = sorted(wanted, key=lambda each: (-len(each), each))

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def are_in(self, *texts: str) -> bool:
        """Whether any text carries one of the pieces."""
        for text in texts:
            folded = fold(text)
            if any(piece in folded for piece in self._wanted):
                return True
            digits = re.sub(r"\s", "", folded)
            if any(piece in digits for piece in self._wanted if piece.isdigit()):
                return True
        return False

    def cut_from(self, text: str, mark: str) -> str:
        """`text` with every line that carries a piece replaced by `mark`."""
        return "\n".join(mark if self.are_in(line) else line for line in text.split("\n"))


def texts_in(value: Any) -> list[str]:
    """Every text inside plain data, such as decoded JSON."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_in(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in texts_in(each)]
    return []
