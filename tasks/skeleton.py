"""What may stay of a line of the ledger whose words must go: dates, numbers, who, which decision; never free text."""

import json
import re
from typing import Any

_DAY_OR_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.]+(\+00:00)?)?")
# Keys whose texts are words of our own: names of states, kinds and decisions, a hash.
_OURS = frozenset(
    {
        "verb", "role", "how", "decision", "verdict", "outcome", "cause", "kind", "execution", "confirmation",
        "deadline_kind", "sha256", "decided_by", "decided_by_name",
    }
)  # fmt: skip

_GONE = object()


def skeleton(content: str) -> dict[str, Any]:
    """The content of a link without a free text; empty for what is no content."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return _bare(found, "") if isinstance(found, dict) else {}


def free_texts(content: str) -> list[str]:
    """The free texts of a content: what leaves with it."""
    try:
        found = json.loads(content)
    except ValueError:
        return []
    return list(dict.fromkeys(_texts(found, "")))


def _is_ours(value: str, key: str) -> bool:
    return key in _OURS or _DAY_OR_TIME.fullmatch(value) is not None


def _bare(value: Any, key: str) -> Any:
    if isinstance(value, str):
        return value if not value or _is_ours(value, key) else _GONE
    if isinstance(value, dict):
        kept = {name: _bare(each, name) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each is not _GONE}
    if isinstance(value, list):
        items = [_bare(each, key) for each in value]
        return _GONE if any(each is _GONE for each in items) else items
    return value


def _texts(value: Any, key: str) -> list[str]:
    if isinstance(value, str):
        return [] if not value or _is_ours(value, key) else [value]
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in _texts(each, name)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each, key)]
    return []
