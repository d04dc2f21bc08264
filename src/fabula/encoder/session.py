"""The encoder under onnxruntime: one window at a time, one thread per call, so that a window's states depend on that window alone.

Dynamic int8 takes the scale of its activations from the whole batch: windows that share a batch change each other's labels. Windows go
one by one, therefore, and several of them at once on as many threads as asked for.
"""

from __future__ import annotations

import importlib
import importlib.util
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.pieces import WordPieces
from fabula.errors import ModelError


class StateSource(Protocol):
    """Whatever turns ``ids`` and ``shapes`` ``[1, pieces]`` into states ``[1, pieces, size]``."""

    def __call__(self, ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.float32]: ...


def _module(name: str) -> Any:
    """Imported when first needed: only commands that read a story pay for it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelError(f"the reader model needs {name}, which cannot be imported: {error}", hint=f"pip install {name}") from None


def one_blas_thread() -> AbstractContextManager[Any]:
    """Keep NumPy's BLAS to one thread: the heads run on several threads as it is, and BLAS threads that wait for each other on a busy
    machine make them eight times slower. Without ``threadpoolctl`` the labels are the same, only later."""
    if importlib.util.find_spec("threadpoolctl") is None:
        return nullcontext()
    limits: AbstractContextManager[Any] = importlib.import_module("threadpoolctl").threadpool_limits(1, user_api="blas")
    return limits


class OnnxSession:
    """The encoder from the bytes of an ONNX file."""

    def __init__(self, content: bytes) -> None:
        runtime = _module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions have no common base below Exception
            raise ModelError(f"the encoder cannot be loaded: {error}", hint="install Fabula again") from error

    def __call__(self, ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.float32]:
        states: NDArray[np.float32] = self._session.run(None, {"ids": ids, "shapes": shapes})[0]
        return states


def word_pieces(content: bytes) -> WordPieces:
    """The tokenizer from the bytes of its JSON file."""
    library = _module("tokenizers")
    try:
        return WordPieces(library.Tokenizer.from_str(content.decode("utf-8")))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"the tokenizer cannot be loaded: {error}", hint="install Fabula again") from error
