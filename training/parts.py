"""Take a trained model to another machine in small files, and put it together there.

    python -m training.parts split MODEL.pt OUT [--mib 15]      # model.pt of a training, or encoder.pt of an adaptation
    python -m training.parts join OUT/MODEL.json MODEL.pt
    python -m training.parts slim MODEL.pt OUT.slim             # 14 MB: for models that are only ever used in int8
    python -m training.parts widen OUT.slim MODEL.pt --table WHOLE.pt

Weights go in fp16: a third of a gigabyte with its optimizer becomes 45 MB. What a part must be is in the ``.json`` beside them. A slim
model has the weights of its layers in int8 with a scale per row and lacks the table of wordpieces, which it shares with a whole one.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
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


def slim(model: Path, out: Path) -> None:
    state = torch.load(model, weights_only=True, map_location="cpu")["model"]
    kept: dict[str, torch.Tensor] = {}
    for name, weight in state.items():
        if name == TABLE:
            continue
        if name.startswith("encoder.layers.") and weight.ndim == 2:
            scale = weight.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
            kept[name], kept[name + SCALE] = (weight / scale).round().to(torch.int8), scale
        else:
            kept[name] = weight.half()
    torch.save(kept, out)


def widen(slimmed: Path, model: Path, table: Path) -> None:
    kept = torch.load(slimmed, weights_only=True, map_location="cpu")
    state = {n: w.float() * kept[n + SCALE] if n + SCALE in kept else w.float() for n, w in kept.items() if not n.endswith(SCALE)}
    state[TABLE] = torch.load(table, weights_only=True, map_location="cpu")["model"][TABLE].float()
    torch.save({"model": state}, model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("split", "join", "slim", "widen"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--mib", type=float, default=15)
    parser.add_argument("--table", type=Path, help="a whole model with the same table of wordpieces")
    args = parser.parse_args()
    if args.what == "split":
        for path in split(args.source, args.target, int(args.mib * 2**20)):
            print(f"{path.stat().st_size / 2**20:6.2f} MiB  {path}")
    elif args.what == "slim":
        slim(args.source, args.target)
    elif args.what == "widen":
        widen(args.source, args.target, args.table)
    else:
        join(args.source, args.target)


if __name__ == "__main__":
    main()
