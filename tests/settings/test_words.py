"""The words files of the campaign, and the languages that it writes."""

import pytest

from outreach.errors import SettingsError, UsageError
from outreach.settings.load import load_settings

CAMPAIGN = '[campaign]\nlanguages = ["en", "PT_br"]\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "templates" / "letters").mkdir(parents=True)
    (tmp_path / "outreach.toml").write_text(CAMPAIGN)
    return tmp_path


def write_words(folder, text, language="pt-BR"):
    (folder / "templates" / "letters" / f"_words.{language}.toml").write_text(text, encoding="utf-8")


def faults(folder):
    with pytest.raises(SettingsError) as caught:
        load_settings(folder)
    return str(caught.value).splitlines()


def test_languages_are_kept_as_codes_are_written(folder):
    settings = load_settings(folder)
    assert settings.campaign.languages == ("en", "pt-BR")
    assert settings.campaign.written("pt_br") == "pt-BR"
    assert settings.words == {}


def test_a_language_that_the_campaign_does_not_write_is_refused_with_those_it_does(folder):
    with pytest.raises(UsageError, match="--language 'fr': the campaign is in en, pt-BR"):
        load_settings(folder).campaign.written("fr")


@pytest.mark.parametrize(("written", "kept"), [('["pt_BR", "pt-br", "en"]', ("pt-BR", "en"))])
def test_a_language_counts_once_however_it_is_written(folder, written, kept):
    (folder / "outreach.toml").write_text(f"[campaign]\nlanguages = {written}\n")
    assert load_settings(folder).campaign.languages == kept


def test_a_campaign_writes_at_least_one_language(folder):
    (folder / "outreach.toml").write_text("[campaign]\nlanguages = []\n")
    assert faults(folder) == ["outreach.toml, column campaign.languages: write at least one language, such as en"]


def test_a_language_that_there_is_not_says_what_was_meant(folder):
    (folder / "outreach.toml").write_text('[campaign]\nlanguages = ["en", "Portugese"]\n')
    meant = "'Portugese' is not the code of a language; did you mean pt (Portuguese)?"
    assert faults(folder) == [f"outreach.toml, column campaign.languages.2: {meant}"]


def test_an_ask_may_have_its_sentence_in_any_language(folder):
    ask = '[[ask]]\nid = "x"\nforum = { pt-BR = "Conselho" }\ndate = 2022-09-29\ntext.pt-BR = "Pedimos."\n'
    (folder / "outreach.toml").write_text(CAMPAIGN + ask)
    assert load_settings(folder).ask[0].text == {"pt-BR": "Pedimos."}


def test_the_words_of_a_language_are_read_from_its_file(folder):
    write_words(
        folder,
        'mission = "Missão Permanente: {state}"\nagain = "novamente"\non = "em {date}"\n'
        'from_to = "de {first} a {last}"\n[of_states]\nDEU = "da Alemanha"\n',
    )
    write_words(folder, 'agian = "x"', language="sw")  # not a language of the campaign
    words = load_settings(folder).words
    assert list(words) == ["pt-BR"]
    assert (words["pt-BR"].mission, words["pt-BR"].of_states) == ("Missão Permanente: {state}", {"DEU": "da Alemanha"})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('agian = "novamente"', "column agian: there is no such key; did you mean again?"),
        ('mission = "Missão Permanente"', "column mission: must say {state} or {of_state}"),
        ('mission = "Missão de {State}"', "column mission: must say {state} or {of_state}"),
        ('on = "em {date} {day}"', "column on: there is no {day} here; there are: date"),
        ('from_to = "de {first}"', "column from_to: must say {first} and {last}"),
        ("again = 3", "column again: write a text, in quotes"),
        ('again = "a\\nb"', "column again: write one line, without tabs and other control characters"),
        ('[states]\nde = "Alemanha"', "column states: 'de' is not the alpha-3 code of a State, such as DEU"),
    ],
)
def test_what_is_wrong_in_a_words_file_is_named(folder, text, fault):
    write_words(folder, text)
    assert faults(folder) == [f"templates/letters/_words.pt-BR.toml, {fault}"]


def test_a_words_file_that_is_no_toml_says_so(folder):
    write_words(folder, "again = novamente")
    assert faults(folder)[0].startswith("templates/letters/_words.pt-BR.toml: not valid TOML: ")
