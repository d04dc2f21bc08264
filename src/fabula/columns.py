"""Typed column tables: one NumPy array per column, no object forests.

A layer of the annotation is a frozen dataclass of equally long arrays. Rows are looked at through the arrays; a row never
becomes a second, separate copy that could drift from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Base of all column tables. A subclass names its arrays as fields and their types in ``dtypes``."""

    dtypes: ClassVar[Mapping[str, Any]] = {}

    def __post_init__(self) -> None:
        lengths = {f.name: len(getattr(self, f.name)) for f in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of unequal length in {type(self).__name__}: {lengths}")
        for name in lengths:
            getattr(self, name).setflags(write=False)

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """Build the table from rows whose values stand in the order of the fields."""
        names = [f.name for f in fields(cls)]
        columns = list(zip(*rows, strict=True)) or [() for _ in names]
        return cls(**{n: np.array(c, dtype=cls.dtypes[n]) for n, c in zip(names, columns, strict=True)})

    def __len__(self) -> int:
        first: Any = getattr(self, fields(self)[0].name)
        return len(first)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The columns by name, in the order of the fields."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def take(self, index: Any) -> Self:
        """The rows that ``index`` (a mask, a slice or positions) selects, as a new table."""
        return type(self)(**{n: np.ascontiguousarray(a[index]) for n, a in self.arrays().items()})
