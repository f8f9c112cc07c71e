"""What is kept of a text instead of its words, and how alike two texts are."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.supporters.guard.likeness import SIZE, Sketch, Sketcher, likeness, words_of
from tests.supporters.guard.written import own_sentences, own_texts

SKETCHER = Sketcher(b"a key of the tests")
sketch = SKETCHER.sketch
texts = st.text(alphabet=st.sampled_from("ab cdé.! 请说ก็न\u064bنور\U0001f602\ud800"), max_size=80)

lists_of_words = st.lists(st.sampled_from("abcdefgh"), min_size=3, max_size=40)


class TestWords:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Please raise THEIR cases!", "please, raise their cases"),
            ("Libérez-les", "LIBEREZ LES"),
            ("l’ONU", "l'onu"),
            ("Straße", "strasse"),
            ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
            ("освобождённые", "освобожденные"),
            ("مُدافِع", "مدافع"),
            ("حـــرية", "حرية"),
            ("fr\u200bee them", "free them"),
        ],
    )
    def test_words_that_differ_in_case_accents_and_signs_are_the_same(self, one, other):
        assert words_of(one) == words_of(other)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("请说出名字。", ["请", "说", "出", "名", "字"]),
            ("ありがとう", ["あ", "り", "か\u3099", "と", "う"]),
            ("UN人权理事会 2022", ["un", "人", "权", "理", "事", "会", "2022"]),
            ("ขอบคุณ", ["ข", "อ", "บ", "ค\u0e38", "ณ"]),
        ],
    )
    def test_scripts_without_spaces_are_read_sign_by_sign(self, text, words):
        assert words_of(text) == words

    def test_scripts_with_spaces_keep_their_words(self):
        assert words_of("हिन्दी में लिखता हूँ") == ["हिन्दी", "में", "लिखता", "हूँ"]
        assert len(words_of("인권 옹호자를 석방하라")) == 3


class TestLikeness:
    @given(texts, texts)
    def test_it_is_a_share_and_the_same_both_ways(self, one, other):
        alike = likeness(sketch(one), sketch(other))

        assert alike == likeness(sketch(other), sketch(one))
        assert 0 <= alike <= 1

    @given(texts)
    def test_a_text_is_wholly_like_itself_unless_nothing_is_in_it(self, text):
        assert likeness(sketch(text), sketch(text)) == (1.0 if sketch(text).values else 0.0)

    @given(lists_of_words, lists_of_words)
    def test_it_is_exact_for_short_texts(self, one, other):
        assert likeness(sketch(" ".join(one)), sketch(" ".join(other))) == pytest.approx(shared_runs(one, other))

    def test_it_is_nearly_right_for_long_ones(self):
        random = Random(15)
        away = []
        for _ in range(200):
            one = [f"w{random.randrange(10_000)}" for _ in range(300)]
            other = [*one[: random.randint(0, 300)], *(f"w{random.randrange(10_000)}" for _ in range(100))]
            estimate = likeness(sketch(" ".join(one)), sketch(" ".join(other)))
            away.append(abs(estimate - shared_runs(one, other)))

        assert sum(away) / len(away) < 0.06
        assert max(away) < 0.25

    def test_a_sentence_in_common_is_no_likeness(self):
        one, other, third = own_sentences("en")[20:23]

        assert likeness(sketch(f"{one} {other}"), sketch(f"{one} {other} {third}")) > 0.5
        assert likeness(sketch(f"{one} {' '.join(own_sentences('en')[60:65])}"), sketch(f"{one} {other}")) < 0.3

    @pytest.mark.parametrize(
        ("one", "other", "alike"),
        [
            ("Free them!", "FREE THEM", 1),
            ("Free them!", "Free Ales!", 0),
            ("Free", "Free them", 0),
            ("释放", "释放!", 1),
            ("!!!", "! ! !", 1),
            ("!!!", "???", 0),
            ("", "", 0),
            ("  \n ", " ", 0),
        ],
    )
    def test_texts_of_one_or_two_words_are_like_those_of_the_same_words_alone(self, one, other, alike):
        assert likeness(sketch(one), sketch(other)) == alike


class TestSketch:
    @given(texts)
    def test_its_values_fit_into_a_database_and_come_back_from_there_in_any_order(self, text):
        made = sketch(text)

        assert len(made.values) <= SIZE
        assert all(0 <= value < 2**63 for value in made.values)
        assert Sketch.of(reversed(made.values)) == made

    def test_without_the_key_a_guessed_sentence_cannot_be_tested(self):
        guessed = "I am a nurse in Minsk and I saw it"

        assert not set(sketch(guessed).values) & set(Sketcher(b"another key").sketch(guessed).values)

    def test_different_texts_have_different_values(self):
        made = [sketch(each.words) for each in own_texts(60, Random(1))]

        assert len({each.values for each in made}) == len(made)


def shared_runs(one: list[str], other: list[str]) -> float:
    runs = [{tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (one, other)]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])
