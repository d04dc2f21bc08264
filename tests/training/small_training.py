"""An encoder of random weights in the layout of the real one, and configurations for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training_samples import CONLLU, write_litbank

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


STORY = """\
"Gone," said Otto.  Mrs. Fenn lost her boat. "Go, do!" said her brother.

Otto lost it, and Mrs. Fenn didn't go. "Her brother's boat's gone," said Otto.

"""
RUN = {"train": ["1_the_boat_brat"], "dev": ["3_the_lake_brat"], "test": ["2_the_sea_brat"]}
SPLITS: dict[str, Any] = {
    "runs": {"reader": RUN, "fold-0": RUN, "fold-1": {"train": RUN["test"], "dev": [], "test": RUN["train"]}},
    "gum": {"train": ["GUM_a_b"], "dev": ["GUM_c_d"]},
}  # fmt: skip
ADAPT: dict[str, Any] = {
    **CONFIG, "hidden": 0.3, "measured": 4, "weights": {"hidden": 1.0},
    "epochs": {"novels": 4, "comments": 2, "ewt_text": 1, "gum_text": 1, "clauses": 1},
}  # fmt: skip
DISTIL: dict[str, Any] = {
    **CONFIG, "epochs": {"litbank": 2, "ewt": 1, "gum": 1, "novels": 1, "comments": 0, "ewt_text": 0, "gum_text": 0, "clauses": 0},
    "weights": {**CONFIG["weights"], "soft_tags": 1.0, "soft_dependencies": 1.0, "soft_mentions": 2.0, "soft_events": 2.0},
}  # fmt: skip


CLAUSES = """\
<document><segment instanceid="blog_a.txt_1" begin="0" end="18"><text/><mainVerb begin="8" end="12">said</mainVerb>
<annotation annotator="A" seType="STATE"/><annotation annotator="gold" seType="EVENT" mainReferentGenericity="NON-GENERIC"
habituality="EPISODIC" mainVerbAspectualClass="CANNOT_DECIDE"/></segment></document>
"""


def write_tale(folder: Path) -> None:
    """A tale of two sections with two questions."""
    for path in ("section-stories", "questions"):
        (folder / path / "train").mkdir(parents=True)
    text = 'section,text\n1,"Otto lost a boat. ""Gone,"" said Otto."\n2,"Mrs. Fenn said: go!\nOtto didn\'t go."\n'
    (folder / "section-stories/train/the-boat-story.csv").write_text(text, encoding="utf-8")
    head = "question_id,local-or-sum,cor_section,attribute1,attribute2,question,ex-or-im1,answer1,answer2,answer3,ex-or-im2,answer4\n"
    rows = '1,local,1,action,,What was lost?,explicit,The boat.,,,,\n2,summary,"1,2",action,,Who said go?,implicit,Mrs. Fenn,,,,\n'
    (folder / "questions/train/the-boat-questions.csv").write_text(head + rows, encoding="utf-8")


def write_data(folder: Path) -> None:
    """A folder of corpora as FABULA_DATA names one: three documents of LitBank with their books, and a little of all else."""
    for name in ("1_the_boat", "2_the_sea", "3_the_lake"):
        write_litbank(folder / "litbank", f"{name}_brat", repeat=12)
        (folder / "litbank" / "original").mkdir(exist_ok=True)
        (folder / "litbank" / "original" / f"{name}.txt").write_text(STORY * 12, encoding="utf-8")
    for path in ("UD_English-EWT", "gum/dep", "GoEmotions-pytorch/data/original", "sitent/annotated_corpus/raw_text"):
        (folder / path).mkdir(parents=True)
    text = "# text = Mrs. Fenn lost her boat.\n"
    for name in ("UD_English-EWT/en_ewt-ud-train", "UD_English-EWT/en_ewt-ud-dev", "gum/dep/GUM_a_b", "gum/dep/GUM_c_d"):
        (folder / f"{name}.conllu").write_text(CONLLU.replace("1\tMrs.", text + "1\tMrs.") * 6, encoding="utf-8")
    (folder / "GoEmotions-pytorch/data/original/train.tsv").write_text("her boat is GONE\t27\teebbqej\n" * 9, encoding="utf-8")
    rows = "category_filename\tcategory\tsegments\tfold\nblog_a.txt\tblog\t75\ttrain\nblog_b.txt\tblog\t5\ttest\n"
    (folder / "sitent/annotated_corpus/train_test_split.csv").write_text(rows, encoding="utf-8")
    for name in ("blog_a", "blog_b"):
        (folder / f"sitent/annotated_corpus/raw_text/{name}.txt").write_text(STORY, encoding="utf-8")
    (folder / "sitent/annotated_corpus/annotations_xml").mkdir()
    (folder / "sitent/annotated_corpus/annotations_xml/blog_a.xml").write_text(CLAUSES, encoding="utf-8")
    write_tale(folder / "FairytaleQAData/data-by-train-split")
