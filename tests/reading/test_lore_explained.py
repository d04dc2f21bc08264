"""Rules and procedures that somebody explains: counted out by a clerk, argued in a tavern, reported by the narrator, told by a crew."""

from __future__ import annotations

from fabula.elements import Lore
from fabula.reading import lore
from fabula.reading.quotations import STEP as QUOTATIONS
from fabula.reading.tokens import tokenize
from fabula.text import read_bytes

VISA = """The man behind the glass did not look up. Ines had been in the queue since six, and her feet hurt.

"What do I need for the residence visa?" she asked.

"First, the appointment. You book it online, and you have to book it within thirty days of arriving. Second, the papers: your birth
certificate, two photographs and a letter from the bank, and nothing can be older than three months. Third, fingerprints. They take them
upstairs, on Wednesdays. After that the consulate has ninety days to decide."

"And if they say no?"

"You can appeal, but the appeal has to be filed within two weeks, or you leave the country and start again."

"I've been up since four," said Ines. "I have to be at work by nine. If you could just tell me which form."

"Form nine." He pushed it under the glass. His tie had a stain on it. "You look tired. There's a café on the corner. The fee is sixty
crowns, in cash, and an expired passport doesn't count."
"""

DUEL = """Orlo put his boots on the table and looked at the boy with real pity. The tavern had gone quiet.

"You've never done this," he said. "All right. It works like this. The one who's challenged picks the ground. Your second calls on his
second before sundown, and they settle the terms, and neither of you says a word to the other until it's over. Whoever comes late has
lost. You get one shot each at twenty paces. Nobody fires before the handkerchief drops. If a man fires early, his opponent may shoot him
where he stands, and no court in the province will hear of it."

"And if we both miss?"

"Then you shake hands, or you go again with swords."

The boy drank what was left of his beer. He had met her twice. "I have to do it by Friday," he said. "She's leaving."

"You have to sleep, is what you have to do," said Orlo. "If you go on drinking I'll carry you home. One, you're drunk. Two, you're an ass."
"""

SCHOOL = """Saint Brannoc's stood on a hill above the gasworks, and it smelled of both. On the first evening the new girls were told that
letters home were read by the matron, that no girl might leave the grounds without a grey hat, and that whoever was late for chapel three
times lost her Saturday. There was a rule that nobody could speak on the back stairs. Baths were on Tuesdays. Prefects may eat at the top
table, and a prefect who is caught smoking loses her ribbon for a term.

Wenna learned that her sister had cried for a week. She learned that the girl in the next bed was called Odile. She was told that she could
keep the photograph. She put it under the pillow, and in the morning it was gone.
"""

FERRY = """It came down in ten minutes, thick as wool, and Rask reached over and cut the engine to half.

"When it's like this we go by the bell," he said. "We ring every two minutes, and the mate goes forward with a lamp. Nobody talks on deck
but the lookout. If you hear a horn on the port side, you stop and give three long ones back. You don't cross the bar until the light at
Sorrow Point answers, and if it hasn't answered in an hour we drop anchor and wait for the tide."

"Who decides that?"

"The master decides. The company can't order a boat out in fog."

"I can't see my own hands," said Jory. "We'll be late. They have to be back by six, the two of them."

"Then they'll have to swim." Rask grinned. "If you're cold there's a coat behind the door. You have five minutes to get me some coffee."
"""


def read(story: str) -> list[Lore]:
    manuscript = read_bytes(story.encode(), source="story.txt")
    _, sentences = tokenize(manuscript)
    quotations = QUOTATIONS.run(manuscript=manuscript)["quotations"]
    return list(lore.STEP.run(manuscript=manuscript, sentences=sentences, quotations=quotations)["lore"])


def about(story: str, words: str) -> Lore:
    """The one item whose evidence holds these words."""
    at = story.index(words)
    found = [x for x in read(story) if x.evidence[0].start <= at < x.evidence[0].end]
    assert len(found) == 1, words
    return found[0]


def found(story: str, *phrases: str) -> list[str]:
    """Those of the phrases that lie in the evidence of some item."""
    said = " | ".join(story[e.start : e.end] for x in read(story) for e in x.evidence)
    return [p for p in phrases if p in said]


def test_counted_steps_are_a_chain_and_what_can_be_done_after_them_is_the_last() -> None:
    steps = [x for x in read(VISA) if x.order is not None]
    assert [x.order for x in steps] == [1, 2, 3, 4, 5]
    assert [x.next for x in steps] == [(x.id,) for x in steps[1:]] + [()]
    assert {x.kind for x in steps} == {"procedure_step"} and {x.topic for x in steps[:4]} == {"residence visa"}
    assert [VISA[x.evidence[0].start : x.evidence[0].end].split()[0] for x in steps] == ["First,", "Second,", "Third,", "After", "You"]


def test_a_step_reaches_to_the_next_and_holds_its_deadline() -> None:
    booking = about(VISA, "You book it online")
    assert booking.evidence[0].of(VISA).startswith("First, the appointment") and booking.evidence[0].of(VISA).endswith("of arriving.")
    assert booking.deadline is not None and booking.deadline.of(VISA) == "within thirty days of arriving"
    decision = about(VISA, "the consulate has")
    assert decision.deadline is not None and decision.deadline.of(VISA) == "ninety days"


def test_what_follows_a_procedure_belongs_to_it() -> None:
    appeal = about(VISA, "the appeal has to be filed")
    assert appeal.deadline is not None and appeal.deadline.of(VISA) == "within two weeks"
    assert appeal.otherwise is not None and appeal.otherwise.of(VISA).startswith("you leave the country")
    assert about(VISA, "The fee is sixty").kind == "rule"


def test_a_code_of_honour_told_in_a_tavern_is_lore() -> None:
    rules = (
        "The one who's challenged picks",
        "Whoever comes late has",
        "You get one shot each",
        "Nobody fires before",
        "If a man fires early",
    )
    assert found(DUEL, *rules) == list(rules)


def test_reported_rules_and_customs_are_lore_and_reported_events_are_not() -> None:
    rules = ("no girl might leave", "There was a rule that nobody", "a prefect who is caught")
    assert found(SCHOOL, *rules) == list(rules)
    assert found(SCHOOL, "had cried for a week", "called Odile", "keep the photograph", "under the pillow", "stood on a hill") == []


def test_how_a_crew_does_it_is_lore() -> None:
    rules = ("We ring every two minutes", "Nobody talks on deck", "You don't cross the bar", "The company can't order")
    assert found(FERRY, *rules) == list(rules)
    bar = about(FERRY, "You don't cross the bar")
    assert bar.condition is not None and "until the light at" in bar.condition.of(FERRY)


def test_plans_commands_offers_and_lists_of_reproaches_are_no_lore() -> None:
    assert found(VISA, "be at work by nine", "which form", "You look tired", "café on the corner") == []
    assert found(DUEL, "do it by Friday", "have to sleep", "go on drinking", "you're drunk", "you're an ass", "met her twice") == []
    assert found(FERRY, "be back by six", "have to swim", "coat behind the door", "five minutes to get me", "my own hands") == []


def test_a_count_of_reproaches_and_a_plan_told_in_steps_are_no_procedure() -> None:
    assert read('"One, you never call. Two, your mother hates me. Three, I am tired of it," said Ben, and he shut the door.\n') == []
    assert read('"First we eat, then we find your keys, and then I drive you home," said Ben. "Then you can sleep."\n') == []
    assert read('"On three," said Ben. "One. Two. Three!" They pushed, and the car rolled a foot and stopped.\n') == []
    assert read("First she took off her hat. Then she sat down. After that nobody said a word until the soup came.\n") == []


def test_steps_within_one_sentence_are_told_apart() -> None:
    story = (
        '"How does one become a guild member?" she asked.\n\n'
        '"First you serve a master for seven years, then you make a piece with your own hands, and then the guild votes on it," '
        "said the baker.\n"
    )
    steps = [x for x in read(story) if x.kind == "procedure_step"]
    assert [x.order for x in steps] == [1, 2, 3]
    assert [x.evidence[0].of(story).split()[-1] for x in steps] == ["years", "hands", "it"]


def test_a_limit_that_an_official_sets_is_a_rule_and_a_threat_is_none() -> None:
    rule = '"You have to register with the harbour office within three days of landing," said the clerk. "Every crew does."\n'
    assert found(rule, "register with the harbour office") != []
    threat = '"You have three days to bring me the money," said Crane. "If you don\'t, I have to break something."\n'
    assert read(threat) == []


def test_what_happens_otherwise_may_be_told_in_the_answer_to_a_question() -> None:
    story = (
        '"One, you pay the toll. Two, the bishop has to sign before the first frost."\n\n'
        '"And if he doesn\'t sign?"\n\n"Then the bridge stays shut," said the mason.\n'
    )
    last = about(story, "the bishop has")
    assert last.otherwise is not None and last.otherwise.of(story) == "Then the bridge stays shut"
    answered = about(story, "Then the bridge")
    assert answered.condition is not None and answered.condition.of(story) == "And if he doesn't sign?"
    assert answered.kind == "rule" and answered.order is None


def test_several_terms_in_one_breath_support_each_other() -> None:
    story = (
        '"You rinse the vats every night," said Aldo. "If you break a bottle it comes out of your pay. No show counts as a day\'s notice. '
        'Wages are forty a week, due on Saturdays. You hungry? My wife made soup."\n'
    )
    terms = ("You rinse the vats", "If you break a bottle", "No show counts", "Wages are forty")
    assert found(story, *terms) == list(terms)
    assert found(story, "You hungry", "made soup") == []


def test_a_custom_told_in_the_past_is_a_rule_and_the_life_around_it_is_not() -> None:
    story = (
        "The custom of the marsh was older than the church. A son kept his father's eel traps for a year, and if he caught nothing in "
        "them the traps were burned. If he did, the parish took a tenth. Lio had caught nothing. He was twenty, and he could not swim.\n"
    )
    assert found(story, "A son kept", "the parish took a tenth") == ["A son kept", "the parish took a tenth"]
    assert found(story, "Lio had caught", "could not swim", "older than the church") == []


def test_what_somebody_was_told_to_do_once_is_no_rule() -> None:
    assert read("Miss Orme had told them that they must soon write an essay on kindness. Nobody did, and the bell rang.\n") == []
