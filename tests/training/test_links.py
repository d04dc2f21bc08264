"""Links in training: annotated texts as items, hidden names, and the same scores in PyTorch as when a story is read."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

from fabula.encoder import links, mixing  # noqa: E402

TEXT = "Mara came in. She saw Otto.\n\n“Go,” she told him.\n\nHer brother laughed. “Gone!” said Otto. “I do.”\n"


def gold() -> object:
    from training.who.gold import GoldText

    found = GoldText("x01", "scenes", TEXT)
    for surface, who, nth in (
        ("Mara", "mara", 0), ("She", "mara", 0), ("Otto", "otto", 0), ("she", "mara", 0), ("him", "otto", 0), ("Her", "mara", 0),
        ("Her brother", "otto", 0), ("Otto", "otto", 1), ("I", "otto", 0),
    ):  # fmt: skip
        at = -1
        for _ in range(nth + 1):
            at = TEXT.index(surface, at + 1)
        found.mentions[at, at + len(surface)] = frozenset({who})
        if surface in ("Mara", "Otto"):
            found.names[at, at + len(surface)] = who
    for quote, who, told in (("“Go,”", "mara", "otto"), ("“Gone!”", "otto", "mara"), ("“I do.”", "otto", "mara")):
        at = TEXT.index(quote)
        found.quotes[at, at + len(quote)] = who, frozenset({told})
    return found


def prepared(data: Path) -> tuple[object, object]:
    from training.links.documents import document_of
    from training.links.segments import prepare
    from training.links.task import link_markers
    from training.train import pretrained_folder, word_pieces

    return prepare(document_of(gold(), word_pieces(pretrained_folder())), 64), link_markers()  # type: ignore[arg-type]


def test_every_mention_is_an_item_but_i_in_speech(small_data: Path) -> None:
    found, _ = prepared(small_data)
    kinds = [i.kind for i in found.document.items]  # type: ignore[attr-defined]
    assert kinds.count(links.NAME) == 3
    assert kinds.count(links.PRONOUN) == 4
    assert kinds.count(links.NOMINAL) == 1
    assert kinds.count(links.QUOTE) == 3
    assert links.FIRST not in kinds and links.FIRST + links.IN_SPEECH not in kinds
    assert found.document.gender == {"mara": "she", "otto": "he"}  # type: ignore[attr-defined]


def test_the_right_antecedents_are_those_of_the_same_person(small_data: Path) -> None:
    from training.links.segments import segment

    found, marks = prepared(small_data)
    block = segment(found, 0, 64, marks).blocks[links.ANTECEDENT]  # type: ignore[arg-type]
    assert block.right[0, -1] and block.right[2, -1], "Mara and Otto are met for the first time"
    assert block.right[1].tolist()[:2] == [True, False], "she is Mara"
    assert not block.allowed[5, 5:].any(), "a possessor inside a nominal is no antecedent of it, nor is what follows"


def test_a_hidden_name_leaves_a_pronoun_or_a_mask(small_data: Path) -> None:
    from training.links.segments import Hiding, segment

    found, marks = prepared(small_data)
    whole = segment(found, 0, 64, marks)  # type: ignore[arg-type]
    other = segment(found, 0, 64, marks, hiding=Hiding(names=1.0), random=Random(1))  # type: ignore[arg-type]
    changed = np.flatnonzero((whole.ids != other.ids).ravel())
    assert len(changed) and set(other.ids.ravel()[changed].tolist()) <= {marks.mask, marks.pad, *marks.pronouns["he"]}  # type: ignore[attr-defined]
    assert (other.key_kind == links.NAME).sum() == 2, "the first name of each stays"


def test_a_hidden_tag_is_gone_with_whom_it_names_and_who_speaks_is_still_known(small_data: Path) -> None:
    from training.links.segments import Hiding, segment

    found, marks = prepared(small_data)
    whole = segment(found, 0, 64, marks)  # type: ignore[arg-type]
    other = segment(found, 0, 64, marks, hiding=Hiding(tags=1.0), random=Random(1))  # type: ignore[arg-type]
    changed = np.flatnonzero((whole.ids != other.ids).ravel())
    assert len(changed) == 4 and set(other.ids.ravel()[changed].tolist()) == {marks.pad}, "she told, said Otto"  # type: ignore[attr-defined]
    assert len(whole.key_kind) - len(other.key_kind) == 2
    assert len(other.blocks[links.SPEAKER].kind) == len(whole.blocks[links.SPEAKER].kind)
    assert other.blocks[links.SPEAKER].right[1, :-1].any(), "an earlier Otto answers"


def test_a_tag_is_a_verb_of_speech_with_a_name_or_a_pronoun_beside_a_quotation() -> None:
    from training.links.tags import TagFinder

    def tag(text: str, *names: tuple[int, int]) -> str:
        words = text.split()
        quote = (words.index("“"), words.index("”") + 1)
        found = TagFinder(words, [0] * len(words), names).find(quote)
        return "" if found is None else " ".join(words[found.first : found.last])

    assert tag("“ Go . ” said Ann Lee and left .", (5, 7)) == "said Ann Lee"
    assert tag("“ Go , ” he asked .") == "he asked"
    assert tag("Ann said , “ Go . ”", (0, 1)) == "Ann said"
    assert tag("“ Go . ” Ann left .", (4, 5)) == "", "what she does is no tag"
    assert tag("“ Go . ” they left .") == ""


@pytest.mark.parametrize("mixer", [False, True])
def test_pytorch_and_numpy_give_the_same_scores(small_data: Path, mixer: bool) -> None:
    from training.links.head import Links
    from training.links.segments import segment
    from training.links.task import collate

    found, marks = prepared(small_data)
    torch.manual_seed(5)
    head = Links(24, mixer=mixer).eval()
    for name, table in head.named_parameters():
        if name.rpartition(".")[2] in ("distance", "paragraph", "kinds", "same") or name.endswith("_mixed.weight"):
            torch.nn.init.normal_(table, std=0.5)
    s = segment(found, 0, 64, marks)  # type: ignore[arg-type]
    states = torch.randn(len(s.places), 24)
    batch = collate([s], [[np.ones(len(b.kind)) for b in s.blocks]])
    weights = {k: v.detach().numpy() for k, v in head.state_dict().items()}
    words = links.project(weights, states.numpy())
    columns = found.columns  # type: ignore[attr-defined]
    paragraph = found.document.paragraph  # type: ignore[attr-defined]

    whole = links.Items(columns[:, 0], columns[:, 1], columns[:, 2], paragraph[columns[:, 0]], np.zeros((len(columns), 0), np.float32))
    told = mixing.mixed(weights, words, whole, s.items["form"]) if mixer else whole.mixed

    def items(rows: np.ndarray) -> links.Items:
        return links.Items(*(c[rows] for c in whole[:4]), told[rows])

    mentions = items(s.key_rows)
    keys = links.answers(weights, words, mentions)
    for question in range(links.QUESTIONS):
        with torch.no_grad():
            of_words = head.project(states)
            seen = head.mixed(of_words, batch.items)
            wanted = head.scores(of_words, seen, question, batch.queries[question], batch.keys, batch.pairs[question])[0].numpy()
        asking = items(s.blocks[question].rows)
        asked = links.ask(weights, question, words, asking)
        for i in range(len(asking.first)):
            low, high = links.bounds(mentions, int(asking.first[i]), int(asking.last[i]), ahead=question != links.ANTECEDENT)
            assert s.blocks[question].allowed[i].nonzero()[0].tolist() == list(range(low, high))
            got = links.scores(weights, question, asking, asked, i, mentions, keys, np.arange(low, high))
            assert np.allclose(got[:-1], wanted[i, low:high], atol=0.02) and abs(got[-1] - wanted[i, -1]) < 0.02


def test_learning_links_lowers_their_loss(small_data: Path) -> None:
    from training.links.documents import document_of
    from training.links.task import LinkTask, link_markers
    from training.model.bert import load_pretrained
    from training.train import pretrained_folder, word_pieces

    torch.manual_seed(1)
    document = document_of(gold(), word_pieces(pretrained_folder()))  # type: ignore[arg-type]
    config = {"hiding": {"default": 0.0}, "names": 1.0, "repeat": {"scenes": 1}, "weights": {}, "mixer": True}
    task = LinkTask(config, [document], link_markers(), 64)
    encoder = load_pretrained(pretrained_folder(), dropout=0.0)
    heads = torch.nn.ModuleDict(task.modules(24))
    adam = torch.optim.Adam([*encoder.parameters(), *heads.parameters()], lr=3e-3)
    seen = []
    for _ in range(30):
        loss = sum(task.losses(encoder, heads, task.batch([0], Random(1))).values())
        adam.zero_grad()
        loss.backward()  # type: ignore[union-attr]
        adam.step()
        seen.append(loss.item())  # type: ignore[union-attr]
    assert seen[-1] < 0.5 * seen[0]


def test_documents_come_back_from_their_file(small_data: Path) -> None:
    from training.links.documents import document_of
    from training.links.items import read, without, write
    from training.train import pretrained_folder, word_pieces

    made = document_of(gold(), word_pieces(pretrained_folder()))  # type: ignore[arg-type]
    assert write(small_data / "links.npz", [(made, 2)]) == {"scenes": len(made.paragraph)}
    ((again, part),) = read(small_data / "links.npz")
    assert part == 2 and again.items == made.items and again.sentences == made.sentences and again.gender == made.gender
    for name in ("ids", "offsets", "shapes", "paragraph"):
        assert np.array_equal(getattr(again, name), getattr(made, name))
    assert without([(again, part)], 2) == [] and without([(again, part)], None) == [again]


def test_people_and_animals_of_a_treebank_are_mentions_others_are_not(tmp_path: Path) -> None:
    from training.links.gum import read_gum

    def row(number: int, form: str, tag: str, misc: str) -> str:
        return "\t".join((str(number), form, "_", tag, "_", "_", "0", "dep", "_", misc))

    rows = [
        "# newpar",
        row(1, "Otto", "PROPN", "Entity=(1-person-new)"),
        row(2, "fed", "VERB", "_"),
        row(3, "his", "PRON", "Entity=(2-animal-new(1-person-giv)"),
        row(4, "dog", "NOUN", "Entity=2)|SpaceAfter=No"),
        row(5, ".", "PUNCT", "_"),
        "",
        "# newpar",
        row(1, "The", "DET", "Entity=(3-place-new"),
        row(2, "yard", "NOUN", "Entity=3)"),
        row(3, "slept", "VERB", "_"),
        "",
    ]
    (tmp_path / "GUM_x.conllu").write_text("\n".join(rows), encoding="utf-8")
    found = read_gum(tmp_path / "GUM_x.conllu")
    assert found.text.strip() == "Otto fed his dog. \n\nThe yard slept"
    named = {found.text[a:b]: set(who) for (a, b), who in found.mentions.items()}
    assert named == {"Otto": {"person-1"}, "his": {"person-1"}, "his dog": {"animal-2"}}
    assert [found.text[a:b] for a, b in found.names] == ["Otto"]


def test_a_name_that_one_person_alone_has_is_found_all_over_a_novel() -> None:
    from training.links.documents import forms_of, named_by_form
    from training.who.gold import GoldText

    novel = GoldText("n", "pdnc", "", all_mentions=False)
    novel.forms = {"mr. otto fenn": "Otto", "ida fenn": "Ida", "_narr": "Ida"}
    novel.quotes = {(0, 1): ("Otto", frozenset()), (2, 3): ("Ida", frozenset())}
    forms = forms_of(novel)
    assert forms["otto"] == "Otto" and forms["ida"] == "Ida"
    assert "fenn" not in forms and "mr." not in forms and "_narr" not in forms
    words = ["Then", "Otto", ",", "said", "Mr", ".", "Otto", "Fenn", ",", "and", "otto"]
    found = [(" ".join(words[a:b]), who) for (a, b), who in named_by_form(words, forms)]
    assert found == [("Otto", "Otto"), ("Mr . Otto Fenn", "Otto")]


def test_a_head_trained_alone_learns_what_its_stretches_teach(small_data: Path) -> None:
    from training.links.alone import head_of, measure, stretches, train
    from training.links.documents import document_of
    from training.train import pretrained_folder, word_pieces

    from fabula.encoder.files import SHIPPED
    from fabula.encoder.reader import load_reader

    document = document_of(gold(), word_pieces(pretrained_folder()))  # type: ignore[arg-type]
    prepared, found = stretches(load_reader(threads=1), [document], training=True)
    assert {x.source for x in found} == {"scenes"} and len(found) == 2, "as it stands, and with names and tags hidden"
    assert [x.states.shape[0] for x in found] == [len(x.segment.places) for x in found]
    torch.manual_seed(1)
    head = head_of(SHIPPED)
    with torch.no_grad():
        for table in head.parameters():
            table.normal_(0.0, 0.05)
    train(head, found, 150, told=lambda _: None)
    right = measure(head, prepared, found[:1])
    assert right["scenes speaker"] == (1.0, 3) and right["scenes pronoun"][0] == 1.0


def test_a_head_trained_alone_takes_the_place_of_the_one_in_an_exported_model(tmp_path: Path) -> None:
    import shutil

    from training.export import replace_head
    from training.links.alone import head_of

    from fabula.encoder.files import SHIPPED, read_model_files

    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    head = head_of(folder)
    with torch.no_grad():
        head.none.bias.fill_(7.0)
    replace_head(folder, "links", head)
    assert set(read_model_files(folder).heads["links"]["none.bias"].tolist()) == {7.0}, "the manifest agrees, so the folder can be read"
