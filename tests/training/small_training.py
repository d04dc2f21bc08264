"""An encoder of random weights in the layout of the real one, and configurations for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SIZE = 24
CONFIG: dict[str, Any] = {
    "run": "reader", "seed": 3, "window": 64, "batch": 4, "encoder_lr": 3e-3, "head_lr": 1e-2, "weight_decay": 0.0, "warmup": 0.1,
    "clip": 1.0, "dropout": 0.0, "bf16": False, "checkpoint_minutes": 60, "epochs": {"litbank": 2, "ewt": 2},
    "weights": {"tags": 1.0, "dependencies": 1.0, "mentions": 2.0, "events": 2.0}, "registers": {"quotes": 0.0, "lower": 0.0},
}  # fmt: skip


def write_pretrained(folder: Path) -> None:
    """A BERT of two layers in the layout of the real one."""
    import tokenizers
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True)

    marks = [".", "?", "!", "'", '"', "“", "”", "‘", "’", "-", "s", "n", "t"]
    words = ["mrs", "fenn", "lost", "her", "brother", "boat", "gone", "said", "otto", "do", "go"]
    vocab = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *marks, *words])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "hidden_size": SIZE, "vocab_size": len(vocab), "max_position_embeddings": 256, "intermediate_size": 32, "num_attention_heads": 2,
        "num_hidden_layers": 2,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    generator = torch.Generator().manual_seed(1)

    def r(*shape: int) -> Any:
        return torch.randn(*shape, generator=generator) * 0.2

    arrays = {"embeddings.word_embeddings.weight": r(len(vocab), SIZE), "embeddings.position_embeddings.weight": r(256, SIZE)}
    arrays["embeddings.token_type_embeddings.weight"] = r(2, SIZE)
    names = {"attention.self.query": (SIZE, SIZE), "attention.self.key": (SIZE, SIZE), "attention.self.value": (SIZE, SIZE)}
    names |= {"attention.output.dense": (SIZE, SIZE), "intermediate.dense": (32, SIZE), "output.dense": (SIZE, 32)}
    for prefix in ("encoder.layer.0.", "encoder.layer.1."):
        for name, shape in names.items():
            arrays |= {f"{prefix}{name}.weight": r(*shape), f"{prefix}{name}.bias": r(shape[0])}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            arrays |= {f"{prefix}{name}.weight": torch.ones(SIZE), f"{prefix}{name}.bias": torch.zeros(SIZE)}
    arrays |= {"embeddings.LayerNorm.weight": torch.ones(SIZE), "embeddings.LayerNorm.bias": torch.zeros(SIZE)}
    save_file(arrays, folder / "model.safetensors")
