"""What a person should see first in words: disguised links, addresses, numbers, listed words, threats."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.errors import DataError
from outreach.supporters.guard.listed import FILE, load_listed
from outreach.supporters.guard.signs import People, Sign, signs_in
from tests.supporters.guard.written import LANGUAGES, own_sentences, templates

PEOPLE = People(["Robin Example", "李例子"])
NOBODY = People([])
LINKS = (
    "http://x.example",
    "hxxps://x.invalid/a",
    "https:/ /x",
    "www.example.org",
    "www . example",
    "example.org",
    "EXAMPLE.ORG",
    "a.example.org/path",
    "t.me/abc",
    "go to example.Com/now",
    "example[.]org",
    "example (dot) com",
    "example{ . }net",
    "example dot com",
    "example . com",
    "пример.рф",
    "пример точка com",
    "e\u200bxample.org",
    "ｅｘａｍｐｌｅ．ｏｒｇ",
    "192.0.2.1/x",
    "xn--e1afmkfd.xn--p1ai",
    "请看example.org。",
)
ADDRESSES = (
    "a.b@example.org",
    "a (at) example.org",
    "a[arroba]example",
    "ａ＠example.org",
    "on @example",
    "a @ example.org",
)
PHONES = ("+41 00 000 00 00", "0000000000", "+000-00-000-00-00", "(022) 000.00.00", "٠٢٢٠٠٠٠٠٠٠")
PLAIN = (
    "thank you.It is late",
    "e.g. this, i.e. that",
    "U.N. and U.S.A.",
    "see A/HRC/48/28",
    "Ph.D. in law",
    "at 10.30 a.m.",
    "on 29.09.2022",
    "on 2022-09-29",
    "10 000 000 people",
    "1,000,000 people",
    "2010-2020",
    "since 2010/2011",
    "he said:no",
    "L'État.Les gens",
    "Hm...ok",
    "3.5 million",
    "art. 19, para. 3",
    "the year 2019. In 2020 it was 2021.",
    "point de vue",
)


class TestLinksAndNumbers:
    @pytest.mark.parametrize("text", LINKS)
    def test_a_link_is_found_however_it_is_disguised(self, text):
        assert Sign.LINK in signs_in(text, (), NOBODY)

    @pytest.mark.parametrize("text", ADDRESSES)
    def test_an_address_or_account_is_found(self, text):
        assert Sign.ADDRESS in signs_in(text, (), NOBODY)

    @pytest.mark.parametrize("text", PHONES)
    def test_a_phone_number_is_found(self, text):
        assert signs_in(f"Call {text} today", (), NOBODY) == (Sign.PHONE,)

    @pytest.mark.parametrize("text", PLAIN)
    def test_days_numbers_and_missing_spaces_are_none(self, text):
        assert signs_in(text, (), PEOPLE) == ()

    @given(st.sampled_from(LINKS), st.sampled_from(own_sentences("en")), st.sampled_from(own_sentences("zh")))
    @example(LINKS[0], "", "")
    def test_it_is_found_among_other_words(self, link, before, after):
        assert Sign.LINK in signs_in(f"{before} {link} {after}", (), NOBODY)

    @given(st.text(max_size=600))
    def test_any_words_can_be_read(self, words):
        assert signs_in(words, ("word",), PEOPLE) == tuple(
            sign for sign in Sign if sign in signs_in(words, ("word",), PEOPLE)
        )

    @pytest.mark.parametrize(
        "text", ["a." * 300, "1 " * 300, "@" * 600, "[." * 300, "(dot" * 150, "a-" * 300, "w." * 299 + "é"]
    )
    def test_words_made_to_take_long_do_not(self, text):
        signs_in(text, ("word",), PEOPLE)


class TestPeoplesOwnWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_people_write_in_good_faith_has_no_sign(self, language):
        """Among them: "Nobody should die in a cell", "until there is an obituary"."""
        sentences = [
            *own_sentences(language),
            *(each for code, part in templates() if code == language for each in part),
        ]
        named = [f"Robin Example. {sentence}" for sentence in sentences]

        assert [text for text in named if signs_in(text, (), PEOPLE)] == []


class TestThreats:
    @pytest.mark.parametrize(
        "text",
        [
            "Robin Example should be shot.",
            "Example is a liar. She deserves to die!",
            "We will find you, Robin.  Example, we know where you live",
            "ROBIN EXAMPLE DOIT CREVER",
            "Robin Example debe morir",
            "Robin Example должна сдохнуть",
            "يجب أن تعدم Robin Example",
            "李例子应该被枪毙",
        ],
    )
    def test_a_threat_beside_a_name_is_found(self, text):
        assert signs_in(text, (), PEOPLE)[0] is Sign.THREAT

    @pytest.mark.parametrize(
        "text",
        [
            "Robin Example must not die in prison.",
            "Nobody should be killed for what Robin Example did.",
            "Robin Example ne doit pas mourir en prison.",
            "Nadie debe morir como Robin Example.",
            "Никто не должен умереть, как Robin Example.",
            "李例子不应该被处死",
            "They should be shot.",
            "Robin Example was sentenced to death for speaking.",
            "Robin Example. One. Two. The dictator should be shot.",
        ],
    )
    def test_what_is_said_against_it_or_of_nobody_is_none(self, text):
        assert Sign.THREAT not in signs_in(text, (), PEOPLE)


class TestListedWords:
    def test_a_listed_word_is_found_as_a_whole_in_any_spelling_and_script(self):
        listed = ("Bad Word", "坏词")

        assert signs_in("such a bád  WORD!", listed, NOBODY) == (Sign.LISTED,)
        assert signs_in("这是坏词吗", listed, NOBODY) == (Sign.LISTED,)
        assert signs_in("bad words, badword", listed, NOBODY) == ()

    def test_the_list_is_lines_with_remarks_and_blank_where_there_is_none(self, tmp_path):
        assert load_listed(tmp_path) == ()
        (tmp_path / "contacts").mkdir()
        (tmp_path / FILE).write_text("\ufeff# ours\nbad word  # why\n\n坏词\n", "utf-8")

        assert load_listed(tmp_path) == ("bad word", "坏词")

    @pytest.mark.parametrize(
        ("content", "says"), [(b"caf\xe9", "not UTF-8 text"), (b"fine\n!!!\n", "row 2: a word has letters")]
    )
    def test_a_list_that_cannot_be_read_says_where(self, content, says, tmp_path):
        (tmp_path / "contacts").mkdir()
        (tmp_path / FILE).write_bytes(content)

        with pytest.raises(DataError, match=says):
            load_listed(tmp_path)
