"""Pack everything that training needs into one folder, small enough to be carried to a machine that has no network.

    python -m training.pack OUT [--texts training/configs/texts.toml] [--share 0.65] [--every N]

Needs the corpora (``FABULA_DATA``), the pretrained encoder, and Fabula with all that it depends on; what is packed needs none of them.
Takes about three minutes of one core, nearly all for the text. ``--share`` is how much of each novel is packed, ``--every N`` packs one
novel in N, for a look. What meaning is learnt from (``training.meaning``) is packed as words, with the other corpora. The limit counts
the pack together with this repository's files but for the shipped model, which has to stay behind: see training/README.md.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import tarfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from fabula.encoder.labels import FEATURES
from training.data.packed import CORPORA, LINKS, MANIFEST, PRETRAINED, TEXTS, sha256
from training.data.sources import data_folder, gum_files, load_splits
from training.data.texts import Texts, all_texts, encode, write_texts
from training.links.items import LinkDocument, write
from training.links.packing import parts
from training.meaning import prepared
from training.model.bert import SCALE
from training.train import pretrained_folder, word_pieces

LIMIT = 64 * 2**20
MODEL = "src/fabula/encoder/model/"
TABLE = "embeddings.word_embeddings.weight"
UNUSED = ("embeddings.position_ids", "pooler.")


def slim(conllu: str) -> str:
    """A treebank file without the columns and comments that training does not read."""
    lines = []
    for line in conllu.split("\n"):
        if line.startswith("#"):
            if line.startswith("# newdoc id"):
                lines.append(line)
        elif line.strip():
            number, form, _, upos, _, feats, head, label, *_ = line.split("\t")
            kept = "|".join(f for f in feats.split("|") if f.partition("=")[0] in FEATURES) or "_"
            lines.append("\t".join((number, form, "_", upos, "_", kept, head, label, "_", "_")))
        else:
            lines.append("")
    return "\n".join(lines)


def corpus_files(data: Path, splits: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Names below the data folder, and what they are to hold: documents of the splits alone."""
    documents = sorted({d for parts in splits["runs"].values() for names in parts.values() for d in names})
    for layer, endings in (("coref", ("txt", "ann")), ("entities", ("tsv",)), ("events", ("tsv",))):
        for path in (data / "litbank" / layer / "tsv" / f"{d}.{ending}" for d in documents for ending in endings):
            if path.exists():
                yield path.relative_to(data).as_posix(), path.read_bytes()
    treebanks = [data / "UD_English-EWT" / f"en_ewt-ud-{part}.conllu" for part in ("train", "dev")]
    for path in [*treebanks, *(p for part in ("train", "dev") for p in gum_files(data, part, splits))]:
        yield path.relative_to(data).as_posix(), slim(path.read_text(encoding="utf-8")).encode()
    yield from prepared.files(data)


def pack_corpora(path: Path, files: Iterator[tuple[str, bytes]]) -> None:
    with tarfile.open(path, "w:xz") as tar:
        for name, content in files:
            entry = tarfile.TarInfo(f"corpora/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def small_weights(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The table of wordpieces in int8 with a scale per row (it is half of all weights), the rest in fp16."""
    small = {k: v.half() for k, v in weights.items() if not k.startswith(UNUSED) and k != TABLE}
    scale = weights[TABLE].abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
    return small | {TABLE: (weights[TABLE] / scale).round().to(torch.int8), TABLE + SCALE: scale}


def pack_pretrained(folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json"):
        (out / name).write_bytes((folder / name).read_bytes())
    save_file(small_weights(load_file(folder / "model.safetensors")), out / "model.safetensors")


def pack(
    out: Path,
    registers: dict[str, dict[str, float]],
    *,
    every: int = 1,
    share: float = 1.0,
    link_documents: Iterable[tuple[LinkDocument, int]] = (),
) -> Texts:
    data, splits = data_folder(), load_splits()
    pack_pretrained(pretrained_folder(), out / PRETRAINED)
    pack_corpora(out / CORPORA, corpus_files(data, splits))
    texts = encode(all_texts(registers, every=every, share=share), word_pieces(pretrained_folder()))
    write_texts(texts, out / TEXTS)
    write(out / LINKS, link_documents)
    paths = [p for p in sorted(out.rglob("*")) if p.is_file() and p.name != MANIFEST]
    manifest = {
        "files": {p.relative_to(out).as_posix(): {"bytes": p.stat().st_size, "sha256": sha256(p)} for p in paths},
        "pieces": pieces_by_source(texts),
        "registers": registers,
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return texts


def pieces_by_source(texts: Texts) -> dict[str, int]:
    counts = Counter[str]()
    for part in texts.parts:
        counts[part.source] += part.last - part.first
    return dict(counts)


def repository_bytes(root: Path) -> int:
    """What git knows of or does not ignore, without the shipped model."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True, check=True, text=True
    ).stdout
    paths = (root / name for name in listed.split("\0") if name and not name.startswith(MODEL))
    return sum(p.stat().st_size for p in paths if p.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--texts", type=Path, default=Path(__file__).parent / "configs" / "texts.toml")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.65)
    args = parser.parse_args()
    registers = tomllib.loads(args.texts.read_text(encoding="utf-8"))["registers"]
    print(pieces_by_source(pack(args.out, registers, every=args.every, share=args.share, link_documents=parts())))
    sizes = {p.relative_to(args.out).as_posix(): p.stat().st_size for p in sorted(args.out.rglob("*")) if p.is_file()}
    sizes["this repository without the shipped model"] = repository_bytes(Path(__file__).resolve().parents[1])
    for name, size in sizes.items():
        print(f"{size / 2**20:8.2f} MiB  {name}")
    total = sum(sizes.values())
    print(f"{total / 2**20:8.2f} MiB of {LIMIT / 2**20:.0f}")
    if total > LIMIT:
        raise SystemExit("too large to be carried at once: pack less of each novel (--share)")


if __name__ == "__main__":
    main()
