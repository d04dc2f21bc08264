"""The JSON Schema (draft 2020-12) of the World JSON contract, published with the package."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def world_schema() -> dict[str, Any]:
    """The schema as a value, for any validator: ``jsonschema.validate(world.to_json(), world_schema())``."""
    schema: dict[str, Any] = json.loads(files(__package__).joinpath("world.schema.json").read_text(encoding="utf-8"))
    return schema
