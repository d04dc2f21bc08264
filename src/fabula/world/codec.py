"""Frozen dataclasses to plain values (what JSON knows) and back, guided by their type hints.

One codec serves the World file and the JSON contract, so neither can drift from the elements. Supported types: ``str``, ``int``,
``float``, ``bool``, ``Literal``, ``X | None``, ``tuple[X, ...]``, ``tuple[A, B]``, named tuples such as Span, and dataclasses.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Codec = Callable[[Any], Any]


def bind(value: Any) -> Any:
    """A value as SQLite can keep it; text with lone surrogates becomes bytes."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
    return value


def unbind(value: Any) -> Any:
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def field_types(cls: type[Any]) -> dict[str, Any]:
    """The fields of a dataclass or named tuple with their resolved types, in order."""
    hints = get_type_hints(cls)
    names = [f.name for f in fields(cls)] if is_dataclass(cls) else list(cls._fields)
    return {name: hints[name] for name in names}


def is_scalar(hint: Any) -> bool:
    """Whether values of the type fit one column of a table as they are."""
    inner = _inner(hint)
    return inner in (str, int, float, bool) or get_origin(inner) is Literal


def _inner(hint: Any) -> Any:
    """``X`` of ``X | None``; any other type as it is."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(a for a in get_args(hint) if a is not type(None))
    return hint


def _is_named_tuple(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields")


@cache
def encoder(hint: Any, digits: int | None = None) -> Codec:
    """A function from a value of the type to plain values; floats rounded to ``digits`` where given."""
    inner = _inner(hint)
    encode = _encoder(inner, digits)
    return encode if inner is hint else lambda value: None if value is None else encode(value)


def _encoder(hint: Any, digits: int | None) -> Codec:
    if hint is float:
        return float if digits is None else lambda value: round(float(value), digits)
    if hint in (str, int, bool):
        return hint  # type: ignore[no-any-return]
    if get_origin(hint) is Literal:
        return str
    if get_origin(hint) is tuple or _is_named_tuple(hint):
        return _tuple_encoder(hint, digits)
    if is_dataclass(hint):
        parts = [(name, encoder(t, digits)) for name, t in field_types(hint).items()]  # type: ignore[arg-type]
        return lambda value: {name: encode(getattr(value, name)) for name, encode in parts}
    raise TypeError(f"no plain form for {hint!r}")


def _tuple_encoder(hint: Any, digits: int | None) -> Codec:
    args = tuple(field_types(hint).values()) if _is_named_tuple(hint) else get_args(hint)
    if len(args) == 2 and args[1] is Ellipsis:
        each = encoder(args[0], digits)
        return lambda value: [each(v) for v in value]
    parts = [encoder(a, digits) for a in args]
    return lambda value: [encode(v) for encode, v in zip(parts, value, strict=True)]


@cache
def decoder(hint: Any) -> Codec:
    """A function from plain values back to a value of the type. Raises TypeError, KeyError or ValueError on what does not fit."""
    inner = _inner(hint)
    decode = _decoder(inner)
    return decode if inner is hint else lambda value: None if value is None else decode(value)


def _decoder(hint: Any) -> Codec:
    if hint in (str, int, float, bool):
        return hint  # type: ignore[no-any-return]
    if get_origin(hint) is Literal:
        return str
    if _is_named_tuple(hint):
        parts = [decoder(a) for a in field_types(hint).values()]
        return lambda value: hint(*(decode(v) for decode, v in zip(parts, value, strict=True)))
    if get_origin(hint) is tuple:
        return _tuple_decoder(get_args(hint))
    if is_dataclass(hint):
        named = {name: decoder(t) for name, t in field_types(hint).items()}  # type: ignore[arg-type]
        return lambda value: hint(**{name: decode(value[name]) for name, decode in named.items() if name in value})  # type: ignore[operator]
    raise TypeError(f"no plain form for {hint!r}")


def _tuple_decoder(args: tuple[Any, ...]) -> Codec:
    if len(args) == 2 and args[1] is Ellipsis:
        each = decoder(args[0])
        return lambda value: tuple(each(v) for v in value)
    parts = [decoder(a) for a in args]
    return lambda value: tuple(decode(v) for decode, v in zip(parts, value, strict=True))
