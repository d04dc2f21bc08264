"""Take a trained model to another machine in small files, and put it together there.

    python -m training.parts split MODEL.pt OUT [--mib 15]      # model.pt of a training, or encoder.pt of an adaptation
    python -m training.parts join OUT/MODEL.json MODEL.pt
    python -m training.parts slim MODEL.pt OUT.slim             # 22 MB: for models that are used in int8; --fine: 33 MB, layers in fp16
    python -m training.parts delta MODEL.pt OUT.delta --base OTHER.slim     # 5 MB: what it has more than another
    python -m training.parts widen OUT.slim|OUT.delta MODEL.pt [--base OTHER.slim]

Weights go in fp16: a third of a gigabyte with its optimizer becomes 45 MB. What a part must be is in the ``.json`` beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import lzma
from pathlib import Path

import torch


def split(model: Path, out: Path, size: int) -> list[Path]:
    state = torch.load(model, weights_only=True, map_location="cpu")
    state.pop("adam", None)
    for name in ("model", "encoder"):
        if name in state:
            state[name] = {k: v.half() if v.is_floating_point() else v for k, v in state[name].items()}
    buffer = io.BytesIO()
    torch.save(state, buffer)
    content = buffer.getvalue()
    out.mkdir(parents=True, exist_ok=True)
    parts = {f"{model.stem}.{k}": content[at : at + size] for k, at in enumerate(range(0, len(content), size))}
    for name, part in parts.items():
        (out / name).write_bytes(part)
    listed = out / f"{model.stem}.json"
    listed.write_text(json.dumps({name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}, indent=1), encoding="utf-8")
    return [*(out / name for name in parts), listed]


def join(listed: Path, model: Path) -> None:
    content = b""
    for name, digest in json.loads(listed.read_text(encoding="utf-8")).items():
        part = (listed.parent / name).read_bytes()
        if hashlib.sha256(part).hexdigest() != digest:
            raise SystemExit(f"{listed.parent / name} is damaged")
        content += part
    model.write_bytes(content)


TABLE = "encoder.words.weight"
SCALE = "#scale"


BITS = 4


def slim(model: Path, out: Path, *, fine: bool = False) -> None:
    """The table and, unless ``fine``, the weights of the layers in int8 with a scale per row, all else in fp16."""
    state = torch.load(model, weights_only=True, map_location="cpu")["model"]
    kept: dict[str, torch.Tensor] = {}
    for name, weight in state.items():
        if name == TABLE or (not fine and name.startswith("encoder.layers.") and weight.ndim == 2):
            kept[name], kept[name + SCALE] = _rows(weight.float(), 127)
        else:
            kept[name] = weight.half()
    _write(out, kept)


def delta(model: Path, out: Path, base: Path) -> None:
    """What a model has more than another of the same table, in four bits with a scale per row."""
    state, other = torch.load(model, weights_only=True, map_location="cpu")["model"], load_slim(base)
    kept: dict[str, torch.Tensor] = {}
    for name, weight in state.items():
        if name != TABLE:
            more = weight.float() - other[name]
            if more.ndim >= 2:
                kept[name], kept[name + SCALE] = _rows(more, 2 ** (BITS - 1) - 1)
            else:
                kept[name] = more.half()
    _write(out, kept)


def _rows(weight: torch.Tensor, top: int) -> tuple[torch.Tensor, torch.Tensor]:
    scale = (weight.abs().flatten(1).amax(1).clamp(min=1e-8) / top).view(-1, *[1] * (weight.ndim - 1))
    return (weight / scale).round().to(torch.int8), scale


def _write(out: Path, kept: dict[str, torch.Tensor]) -> None:
    buffer = io.BytesIO()
    torch.save(kept, buffer)
    out.write_bytes(lzma.compress(buffer.getvalue(), preset=4))


def load_slim(path: Path) -> dict[str, torch.Tensor]:
    """Weights in fp32 from a slim model or a difference."""
    kept = torch.load(io.BytesIO(lzma.decompress(path.read_bytes())), weights_only=True, map_location="cpu")
    return {n: w.float() * kept[n + SCALE] if n + SCALE in kept else w.float() for n, w in kept.items() if not n.endswith(SCALE)}


def widen(slimmed: Path, model: Path, base: Path | None) -> None:
    """A whole model from a slim one, or from what it has more than ``base``."""
    state = load_slim(slimmed)
    if base is not None:
        state = {name: weight + state[name] if name in state else weight for name, weight in load_slim(base).items()}
    torch.save({"model": state}, model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("split", "join", "slim", "delta", "widen"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--fine", action="store_true", help="slim: layers in fp16")
    parser.add_argument("--mib", type=float, default=15)
    parser.add_argument("--base", type=Path, help="a slim model with the same table of wordpieces")
    args = parser.parse_args()
    if args.what == "split":
        for path in split(args.source, args.target, int(args.mib * 2**20)):
            print(f"{path.stat().st_size / 2**20:6.2f} MiB  {path}")
    elif args.what == "slim":
        slim(args.source, args.target, fine=args.fine)
    elif args.what == "widen":
        widen(args.source, args.target, args.base)
    elif args.what == "delta":
        delta(args.source, args.target, args.base)
    else:
        join(args.source, args.target)


if __name__ == "__main__":
    main()
