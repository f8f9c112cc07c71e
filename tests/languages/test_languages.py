"""A campaign in languages that the program knows nothing of but what Unicode says: letters, posts, plan, check."""

import email
import email.policy
import json

import pytest
from PIL import features

from tests.conftest import give_addresses
from tests.languages.campaign import make_campaign


@pytest.fixture
def folder(tmp_path):
    return make_campaign(tmp_path / "campaign")


def speak(folder, **languages):
    """Say in contacts/missions.csv which language a State's mission reads."""
    path = folder / "contacts" / "missions.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    for code, language in languages.items():
        rows = [f"{code},,,{language},,,,,,,,," if row.startswith(f"{code},") else row for row in rows]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def letter(outreach, folder, state, *options):
    done = outreach("preview", "--case", "beacon", "--mission", state, *options, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_check_writes_every_letter_and_post(folder, outreach):
    done = outreach("cases", "check", folder=folder)
    assert (done.returncode, done.stderr.count("problem")) == (0, 0), done.stderr


def test_a_letter_has_the_dates_lists_and_names_of_its_language(folder, outreach):
    text = " ".join(letter(outreach, folder, "DEU", "--language", "pt").split())
    assert "Missão Permanente da Alemanha em Genebra" in text
    assert "os nomes que esperamos ouvir são Beacon, P. Example, Q. Example e R. Example" in text.replace("Os", "os", 1)
    assert "a data, em 29 de setembro de 2022;" in text.replace("da data", "a data")
    assert "da sessão número 51;" in text
    assert "o terceiro fala de Alemanha" in text
    assert "Nossa referência: " in text


def test_without_a_words_file_a_letter_says_what_needs_no_grammar(folder, outreach):
    text = letter(outreach, folder, "DEU", "--language", "ar")
    assert text.splitlines()[2] == "ألمانيا"  # the mission's title is the name of its State
    assert "29 سبتمبر 2022" in text
    assert "Ref.: " in text


def test_a_state_that_unicode_wrongs_has_its_english_name_until_the_campaign_writes_another(folder, outreach):
    assert "o terceiro fala de Türkiye" in letter(outreach, folder, "TUR", "--language", "pt")
    told = outreach("cases", "check", folder=folder)
    missing = "no name of PSE in Portuguese that a letter may say, so the English one stands"
    assert f"templates/letters/_words.pt.toml: {missing}" in told.stdout + told.stderr
    words = folder / "templates" / "letters" / "_words.pt.toml"
    words.write_text(words.read_text(encoding="utf-8") + '\n[states]\nPSE = "Estado da Palestina"\n', encoding="utf-8")
    text = " ".join(letter(outreach, folder, "PSE", "--language", "pt").split())
    assert "Missão Permanente de Observação Estado da Palestina em Genebra" in text


def test_the_message_says_its_language(folder, outreach):
    done = letter(outreach, folder, "DEU", "--language", "ar", "--format", "eml")
    message = email.message_from_string(done, policy=email.policy.default)
    assert message["Content-Language"] == "ar"


def test_a_state_is_known_by_its_name_in_a_language_of_the_campaign(folder, outreach):
    assert outreach("missions", "show", "Alemanha", folder=folder).stdout.startswith("Germany (DEU)")
    assert outreach("missions", "show", "ألمانيا", folder=folder).stdout.startswith("Germany (DEU)")
    assert "there is no State 'Deutschland'" in outreach("missions", "show", "Deutschland", folder=folder).stderr


def test_a_language_that_the_campaign_does_not_write_is_refused_with_those_it_does(folder, outreach):
    for command in (["preview"], ["links"], ["preview", "--posts"], ["post", "--dry-run"]):
        done = outreach(*command, "--case", "beacon", "--language", "fr", folder=folder)
        assert done.returncode == 2
        assert "--language 'fr': the campaign is in en, pt, ar" in done.stderr


def test_a_missing_layout_is_named_with_what_to_copy(folder, outreach):
    (folder / "templates" / "letters" / "_letter.pt.md").unlink()
    (folder / "templates" / "letters" / "sample.pt.md").unlink()
    done = outreach("cases", "check", folder=folder)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    copied = "copy _letter.en.md to it and translate that, or mend the name"
    assert f"there is no '_letter.pt.md' in this folder; {copied}" in said
    wanted = "Copy sample.en.md to that name and translate it, or take 'pt' out of the languages"
    assert f"templates/letters/sample.pt.md: there is no such template (it exists in: ar, en, es, fr). {wanted}" in said


@pytest.mark.skipif(not features.check("raqm"), reason="this machine has no FriBiDi")
def test_posts_are_written_in_every_language(folder, outreach):
    done = outreach("preview", "--case", "beacon", "--posts", "--language", "ar", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "نقف مع P. Example" in done.stdout


def test_the_plan_says_who_gets_another_language_than_its_own(folder, outreach):
    speak(folder, DEU="pt-BR", FRA="de", BEL="de", NLD="sw")
    give_addresses(folder)
    done = outreach("send", "--case", "beacon", "--to", "DEU,FRA,BEL,NLD", "--dry-run", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "4 letters (3 en, 1 pt); 0 States left out" in done.stdout
    assert "3 missions get English instead of de (BEL FRA), sw (NLD)" in done.stdout
    assert "Names of States in Portuguese are Unicode's (CLDR), not the UN's: read them" in done.stdout
    done = outreach("send", "--case", "beacon", "--to", "DEU,FRA,BEL,NLD", "--dry-run", "--json", folder=folder)
    assert json.loads(done.stdout)["instead"] == [
        {"language": "de", "letter": "en", "missions": ["BEL", "FRA"]},
        {"language": "sw", "letter": "en", "missions": ["NLD"]},
    ]


def test_a_language_that_the_campaign_does_not_write_is_a_fact_and_no_problem(folder, outreach):
    speak(folder, DEU="de")
    assert outreach("missions", "check", folder=folder).returncode == 0
    shown = outreach("missions", "show", "DEU", folder=folder).stdout
    assert "language  de; the campaign does not write it, so letters are in English" in shown
    assert "in pt     Alemanha (Unicode's name, not the UN's: read it)" in shown
    told = json.loads(outreach("missions", "show", "DEU", "--json", folder=folder).stdout)
    assert (told["mission"]["language"], told["letters_in"]) == ("de", "en")
    assert told["names_not_un"] == {"pt": "Alemanha", "ar": "ألمانيا"}


def test_a_preview_says_which_language_it_is_in_and_whose_the_names_are(folder, outreach):
    speak(folder, DEU="de", FRA="ar")
    done = outreach("preview", "--case", "beacon", "--mission", "DEU", folder=folder)
    assert "1 mission gets English instead of de (DEU)" in done.stderr
    done = outreach("preview", "--case", "beacon", "--mission", "FRA", folder=folder)
    assert "Names of States in Arabic are Unicode's (CLDR), not the UN's: read them" in done.stderr


def test_a_campaign_without_english_is_told_of_in_its_own_language(folder, outreach):
    settings = folder / "outreach.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('["en", "pt", "ar"]', '["pt"]'), encoding="utf-8")
    for case in ("beacon", "sample", "specimen"):
        path = folder / "cases" / f"{case}.md"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("  en: ")), encoding="utf-8")
    give_addresses(folder)
    for command in (
        ["send", "--case", "beacon", "--dry-run"],
        ["post", "--case", "beacon", "--dry-run"],
        ["preview", "--case", "beacon", "--posts"],
        ["cases", "show", "beacon"],
        ["cases", "list"],
        ["links", "--case", "beacon"],
        ["report"],
        ["status"],
    ):
        done = outreach(*command, folder=folder)
        assert done.returncode == 0, (command, done.stderr)
