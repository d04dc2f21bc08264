"""The World as JSON: one object, one item per line, the same bytes every time."""

from __future__ import annotations

import json
import re
from typing import Any

from fabula.world.world import World

_SURROGATE = re.compile("[\ud800-\udfff]")


def dumps(value: Any) -> str:
    """One line of JSON in readable Unicode. Lone surrogates, which UTF-8 cannot hold, stand as escapes."""
    return _SURROGATE.sub(lambda m: f"\\u{ord(m.group()):04x}", json.dumps(value, ensure_ascii=False, allow_nan=False))


def render_json(world: World) -> str:
    """The JSON of the contract (docs/world-json.md): UTF-8 safe, every item of a list on a line of its own, a newline at the end."""
    parts = []
    for key, value in world.to_json().items():
        if isinstance(value, list) and value:
            body = ",\n".join(f"  {dumps(item)}" for item in value)
            parts.append(f" {dumps(key)}: [\n{body}\n ]")
        else:
            parts.append(f" {dumps(key)}: {dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
