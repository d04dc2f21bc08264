"""Who is in a story: names, titles, nicknames, roles, kin, the narrator."""

from __future__ import annotations

from who_reading import read

VISIT = """Mr. Arthur Penrose met Miss Lydia Marsh at the gate. Arthur bowed, and Lydia laughed at him.

"You are late," said Miss Marsh. "Mr. Penrose is always late."

"Always," said Arthur. He gave Miss Marsh his arm.
"""


def test_titles_given_names_and_surnames_of_one_person_are_joined() -> None:
    who = read(VISIT)
    assert {"Miss Lydia Marsh", "Lydia", "Miss Marsh"} in [who.aliases(name) for name in who.names]
    assert len([c for c in who.characters if c.importance != "mentioned"]) == 2


def test_titles_tell_pronouns() -> None:
    who = read(VISIT)
    assert sorted(c.pronouns for c in who.characters) == ["he", "she"]


def test_mr_and_mrs_of_one_surname_are_two_people() -> None:
    who = read(
        '"Sit down," said Mrs. Oakes. She poured the tea.\n\n'
        '"I would rather stand," said Mr. Oakes. He looked at Mrs. Oakes and then at his boots.\n'
    )
    assert who.speaker("Sit down") != who.speaker("rather stand")
    assert who.character("Mrs. Oakes").pronouns == "she"
    assert who.character("Mr. Oakes").pronouns == "he"


def test_a_hypocorism_is_the_one_full_name_that_it_fits() -> None:
    who = read(
        "Elizabeth Crane kept the ledger. Elizabeth added the column twice.\n\n"
        '"Lizzy, come to bed," said Hugh.\n\n"In a minute," said Elizabeth.\n\nHugh sighed. Lizzy never came in a minute.\n'
    )
    assert {"Lizzy", "Elizabeth"} <= who.aliases("Elizabeth Crane")


def test_a_place_is_not_a_person() -> None:
    who = read(
        "Nora lived in Thornwick. In Thornwick it rained. Nora walked through Thornwick to Bell Street and bought bread in Bell Street.\n"
    )
    assert who.names == {"Nora"}


def test_an_exclamation_is_not_a_person() -> None:
    who = read('"Hullo!" said Frances. "Mmmm! Blimey! What a cake."\n\nFrances ate it.\n')
    assert who.names == {"Frances"}


def test_words_at_sentence_starts_are_not_names() -> None:
    who = read(
        "Forty sheep stood in the rain. Surgery was over by noon. Kitchens smell of soup. Tess counted the sheep, and Tess went home.\n"
    )
    assert who.names == {"Tess"}


def test_an_apposition_says_who_my_sister_is() -> None:
    who = read("Owen drove his sister Carys to the station. Carys slept. At the station his sister kissed him.\n")
    assert who.meant("At the station his sister", "his sister") == ["Carys"]


def test_the_father_of_a_surname_is_its_only_mister() -> None:
    who = read("Jane Ashby read. Mr. Ashby wrote letters. Jane Ashby's father coughed. Mr. Ashby put down his pen.\n")
    assert who.meant("Jane Ashby's father coughed", "Jane Ashby's father") == ["Mr. Ashby"]


def test_a_role_that_speaks_is_a_character() -> None:
    who = read('The ferryman spat. "Two coins," said the ferryman.\n\n"One," said Ilse.\n\n"Two," the ferryman said again.\n')
    assert who.speaker("Two coins") == "the ferryman"


def test_a_speaker_described_first_and_named_in_the_next_tag_is_one() -> None:
    who = read(
        "The caseworker wiped her boots on the mat.\n\n"
        '"Is he asleep?" asked the caseworker.\n\n"Since nine," said Theo.\n\n'
        "She looked at the stairs, and took a folder out of her bag.\n\n"
        '"Then we can talk," said Ms. Varga. "Sit down."\n\n"I would rather stand," said Theo.\n'
    )
    assert who.speaker("Is he asleep") == who.speaker("Then we can talk") == "Ms. Varga"


def test_the_narrator_of_a_first_person_story_is_one_character() -> None:
    who = read("I woke late. My brother had gone. I found my boots and I went out after him, and I was cold.\n")
    assert who.narration.person == "first"
    assert who.name(who.narration.narrator) == "the narrator"


def test_the_narrator_has_the_name_that_the_others_call() -> None:
    who = read(
        "I opened the door. I had flour up to my elbows.\n\n"
        '"Marta," said Ben, "there is smoke."\n\n"I know," I said. "I am baking."\n\n'
        '"Marta, it is black smoke," said Ben.\n\n"I know," I said.\n'
    )
    assert who.name(who.narration.narrator) == "Marta"


def test_what_a_letter_says_of_itself_does_not_make_the_story_first_person() -> None:
    who = read(
        "Paula opened the letter and read it by the window.\n\n"
        "> Dear Paula,\n>\n> I am sorry. I have sold the boat. I know what I promised.\n>\n> Jonas\n\nPaula folded it. She put it away.\n",
        format="md",
    )
    assert who.narration.person == "third"


CALLED = (
    "Gideon drew the bolt. Tariq stood there with a box.\n\n"
    '"You walked, Tariq?" said Gideon.\n\n"They closed the bridge, Marsh," said Tariq.\n\n"Come in," said Gideon.\n\n'
    'Tariq came in and dripped.\n\n"Put it down, Tariq," said Gideon.\n\n"Where, Marsh?" said Tariq.\n\n"There," said Gideon.\n'
)


def test_a_called_name_that_nobody_else_answers_to_is_a_second_name() -> None:
    who = read(CALLED)
    assert "Marsh" in who.aliases("Gideon")


def test_two_names_in_one_sentence_are_two_people() -> None:
    who = read('Kit and Mr. Sorley sat down. "Ready, Kit?" said Mr. Sorley.\n\n"Ready," said Kit.\n\nMr. Sorley nodded at Kit.\n')
    assert {"Kit", "Mr. Sorley"} <= who.names


def test_i_in_a_chat_is_whoever_writes_the_line() -> None:
    who = read(
        "Dex: who stole my charger\n\nPri: not me\n\nDex: I can see it\n\nPri: that is mine\n\n"
        "Later that night Pri found the charger under the couch. She plugged it in.\n"
    )
    assert who.narration.person == "third"
    assert who.meant("Dex: I can see it", "I") == ["Dex"]
    assert who.meant("Pri: not me", "me") == ["Pri"]


def test_a_relative_without_a_name_is_called_by_the_usual_name_of_whose_relative_it_is() -> None:
    who = read(
        "Adaeze Nwosu came home late. Adaeze was hungry. Adaeze's father had cooked, and he had eaten. “Sit,” Adaeze's father said. Adaeze "
        "sat.\n"
    )
    assert {c.name for c in who.characters} == {"Adaeze Nwosu", "Adaeze's father"}


def test_a_relative_is_who_is_named_right_after_with_the_familys_name() -> None:
    who = read(
        "Theo Brandt wiped the table. Theo Brandt was nervous. Theo's sister drove up on Saturday with her glasses on a string. Judith Brandt "
        "did wills, mostly. “Well,” said Judith Brandt. “Sit down.”\n"
    )
    assert who.meant("Theo's sister drove up", "Theo's sister") == ["Judith Brandt"]
    assert who.names == {"Theo Brandt", "Judith Brandt"}


def test_a_title_that_only_this_story_has_is_no_given_name() -> None:
    who = read(
        "Keeper Sel unlocked the gate. Keeper Orrin was already there, and so was Keeper Pask, who had brought the lamp.\n\n"
        '"You are late," said Orrin.\n\n"I am never late," said Sel. She took the lamp from Pask. "Where is the boy?"\n\n'
        '"Asleep," said Keeper Orrin. "Let him sleep."\n\nPask laughed. Sel did not. She looked at Orrin until he looked away.\n'
    )
    assert {"Sel", "Keeper Sel"} <= who.aliases("Keeper Sel")
    assert who.speaker("You are late") == who.speaker("Asleep") == "Keeper Orrin"


def test_a_given_name_before_several_surnames_is_no_title() -> None:
    who = read(
        "Anna Brandt met Anna Voss and Anna Moor at the gate. Voss was late. Brandt laughed, and Moor did not.\n\n"
        '"You are late," said Brandt.\n\n"I am never late," said Moor. She took the lamp from Voss.\n'
    )
    assert {"Anna Brandt", "Anna Voss"} <= who.names
