"""Advice about texts: what other people's texts bring along is named with its row, and what is well is left alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from outreach.campaign import load_campaign
from outreach.cases.model import Reference
from outreach.rendering.letters.sections import suggested_words
from outreach.rendering.templates.untold import Untold
from outreach.services.checks.advice import advice_on, give_advice
from outreach.services.checks.documents import advice_on_documents
from outreach.services.checks.texts import Sort, Text
from tests.conftest import Command

S, L, P, A, F = Sort.STORY, Sort.LETTER, Sort.POST, Sort.ASK, Sort.FACTS

# sort of text, language, text, and what the advice about it says
BAD = [
    # placeholders
    (S, "en", "Dear [NAME],", "'[NAME]' is still to be filled in"),
    (S, "en", "She was taken on [insert date].", "'[insert date]'"),
    (S, "en", "The [Name of the mission] knows.", "'[Name of the mission]'"),
    (L, "en", "We met [YOUR ORGANISATION] there.", "'[YOUR ORGANISATION]'"),
    (L, "fr", "Monsieur [NOM],", "'[NOM]'"),
    (S, "fr", "Le [à compléter par l'équipe], il fut arrêté.", "'[à compléter par l'équipe]'"),
    (S, "es", "El [fecha], la detuvieron.", "'[fecha]'"),
    (S, "es", "El [insertar fecha], la detuvieron.", "'[insertar fecha]'"),
    (S, "ar", "اعتقل في [التاريخ]", "'[التاريخ]'"),
    (S, "ar", "اعتقل [أدخل الاسم] أمس", "'[أدخل الاسم]'"),
    (S, "ru", "Он, [ВСТАВИТЬ ИМЯ], задержан.", "'[ВСТАВИТЬ ИМЯ]'"),
    (S, "ru", "[имя] задержан.", "'[имя]'"),
    (S, "zh", "律师[姓名]被捕。", "'[姓名]'"),
    (S, "zh", "律师【填写姓名】被捕。", "'【填写姓名】'"),
    (S, "en", "On ____ 2026 he was taken.", "'____' is still to be filled in"),
    (S, "en", "On [XX] May he was taken.", "'[XX]'"),
    (S, "en", "On xx/xx/2026 he was taken.", "'xx/xx'"),
    (S, "fr", "Depuis le JJ/MM/AAAA.", "'JJ/MM/AAAA'"),
    (S, "en", "Dear <name>,", "'<name>' stands there as it is typed"),
    (S, "en", "Dear <<Name>>,", "'<<Name>>'"),
    (L, "en", "To {mission.name} in Geneva", "write {{ mission.name }}, with two braces"),
    (A, "en", "Please raise it on {date}.", "write {{ date }}, with two braces"),
    (L, "en", "To ${name}", "'${name}'"),
    (S, "en", "On {{ date }} in Geneva", "'{{ date }}' is shown as it is typed"),
    (F, "en", "title: The case of %NAME%", "'%NAME%'"),
    (S, "en", "TODO", "'TODO' says that something is still to be written"),
    (S, "es", "TODO: revisar", "'TODO'"),
    (S, "en", "The date is TBC.", "'TBC'"),
    (S, "en", "Arrested on XXX in Minsk", "'XXX'"),
    (S, "fr", "Elle fut jugée (À COMPLÉTER).", "'À COMPLÉTER'"),
    (S, "es", "Fecha: PENDIENTE", "'PENDIENTE'"),
    (S, "zh", "日期：待补充", "'待补充'"),
    (S, "ru", "Дата: УТОЧНИТЬ", "'УТОЧНИТЬ'"),
    (P, "en", "Lorem ipsum dolor", "'Lorem ipsum'"),
    # HTML, code, encoding
    (S, "en", "He was <b>beaten</b>.", "HTML is shown as it is typed, '<b>'"),
    (L, "en", '<span style="x">Excellency</span>,', "HTML is shown as it is typed, '<span style=\"x\">'"),
    (S, "en", "Word <o:p></o:p> was here", "'<o:p>'"),
    (S, "fr", "La France&nbsp;: un État", "'&nbsp;' is HTML for a no-break space"),
    (L, "en", "Tom &amp; Ann <!-- ask again -->", "write a comment as {# … #}"),
    (S, "en", "One.\n\n    Two, indented.", "make code of the paragraph 'Two, indented.'"),
    (L, "en", "{% block case %}\n\n    {{ case.title }} is told.\n{% endblock %}", "make code of the paragraph"),
    (S, "en", "One.\n\n\tTwo.", "make code of the paragraph 'Two.'"),
    (S, "fr", "Les DÃ©fenseurs", "write 'Défenseurs'"),
    (S, "en", "We donâ€™t know", "write 'don’t'"),
    (S, "en", "We don?t know", "'don?t' has lost its apostrophe"),
    # words of threat to the reader
    (L, "en", "If your delegation stays silent,\nwe will make public its silence.", "reads as a threat: ask again"),
    (L, "en", "We shall name those who stayed silent.", "'We shall name those who' reads as a threat"),
    (L, "en", "Your delegation will be held accountable.", "say what it would do for the people"),
    (L, "en", "Your silence makes your delegation complicit.", "who is called guilty stops reading"),
    (Sort.THEME, "en", "This is the last warning; there will be consequences.", "reads as a threat"),
    (L, "fr", "Nous n’hésiterons pas à rendre public votre silence.", "reads as a threat: leave it out"),
    (L, "fr", "Faute de quoi, nous serons contraints d’alerter la presse.", "'Faute de quoi, nous serons' reads"),
    (L, "es", "De lo contrario, nos veremos obligados a decirlo.", "reads as a threat"),
    (S, "es", "El silencio es complicidad.", "reads as a threat"),
    (L, "ar", "إن صمتكم يعني التواطؤ", "reads as a threat"),
    (L, "ru", "Это последнее предупреждение.", "reads as a threat"),
    (L, "zh", "否则后果自负。", "reads as a threat"),
    # asks that leave open who does what, where and by when
    (A, "en", "We ask your delegation to raise awareness.", "'raise awareness' does not say what to do"),
    (A, "en", "We urge your delegation to support this case publicly {{ at_forum }}, {{ when }}.", "'support'"),
    (A, "en", "We ask your delegation to raise this case {{ at_forum }}.", "does not say by when: write {{ when }}"),
    (A, "en", "We ask your delegation to raise this case {{ when }}.", "does not say where: write {{ at_forum }}"),
    (A, "en", "This case should be raised {{ at_forum }}, {{ when }}.", "does not say who should do it"),
    (A, "fr", "Nous prions votre délégation de soutenir ce cas {{ at_forum }}, {{ when }}.", "'soutenir'"),
    (A, "es", "Rogamos a su delegación que apoye el caso {{ at_forum }}, {{ when }}.", "'apoye'"),
    (A, "pt", "Pedimos que levante o caso {{ at_forum }}.", "does not say by when"),
    # what nobody sees
    (S, "en", "Via\u200bsna", "has the invisible character U+200B (zero width space) in 'Viasna'"),
    (L, "en", "Ales\u00ad Bialiatski", "U+00AD (soft hyphen) in 'Ales'"),
    (A, "en", "raise\u2060 it", "U+2060"),
    (S, "en", "Ales\u200d Bialiatski", "U+200D"),
    (S, "en", "see \u202egpj.exe", "U+202E (right-to-left override)"),
    (S, "en", "a \u200fmark", "U+200F"),
    (L, "en", "{{ ask\ufeff.text }}", "U+FEFF (byte-order mark)"),
    (S, "en", "\uf0b7 one point", "U+F0B7 (a sign of one font alone"),
    (S, "en", "caf\ufffd", "type again what should stand there"),
]

GOOD = [
    (S, "en", "See [A/HRC/48/28](https://example.org/a), [NAME] and [them][1].\n\n[NAME]: https://x.org\n[1]: y"),
    (S, "en", "‘They took [the lawyer] to [REDACTED], […] and [...] hit him [sic]’, said [name withheld]."),
    (S, "en", "The [Government] told [UN] experts and the [OHCHR] that [he] was free [1]."),
    (S, "en", "A list:\n\n- one\n\n    still one\n\n1. two\n\n   more\n\nEnd."),
    (S, "en", "Write to <https://example.org/x?t=1> or <a@example.org>; 3 < 4 and 5 > 2; AT&T; R&D; Q&A;"),
    (S, "en", "Did you? No. See https://example.org/what?s=1 and https://example.org/a_b__c___d."),
    (S, "en", "***\n\n___\n\n**bold** _it_ ___both___"),
    (S, "es", "TODO EL MUNDO lo sabe; el XXX período de sesiones; el juicio está pendiente y por completar."),
    (S, "pt", "TODO o mundo sabe. «JOSÉ» e «MARÍA» estão a completar anos."),
    (S, "fr", "Le XXe siècle, la XXXe session, «\u00a0ÉTÉ\u00a0» et «CAFÉ»… Il reste à compléter l'enquête."),
    (S, "en", "The twenty-first century, XX July street, Malcolm X, page xx."),
    (S, "ar", "قال \u200fViasna\u200f إن می\u200cخواهم والهاتف"),
    (S, "fa", "می\u200cخواهم که آزاد شود"),
    (S, "hi", "क्\u200dष और श्री"),
    (S, "km", "សិទ្ធិ\u200bមនុស្ស"),
    (S, "zh", "律师[江天勇]于2016年被捕，《人民日报》［注］。"),
    (S, "ru", "[Правительство] сообщило; «ООН» — дата указана."),
    (P, "en", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"),
    (P, "en", "\U0001f468\u200d\U0001f469\u200d\U0001f467 and \u2764\ufe0f\u200d\U0001f525"),
    (L, "en", '{%- set x = {\n    "a": 1} -%}\n\n    {% if x %}text{% endif %}\n{{ "[NAME]" }}'),
    (L, "en", "{#\n\n    a remark with TODO and [NAME] #}\nText."),
    # what is told of others, quoted, denied, or polite; asks that say it all
    (S, "en", "He was threatened with death; they told him that he would face the consequences: “You will regret it”."),
    (S, "en", "In Minsk the Ministry gave the group its last warning. Activists would be forced to leave."),
    (L, "en", "We ask your delegation to say that officials complicit in torture should be held accountable."),
    (L, "en", "We would be grateful if you would bear it in mind. We do not name and shame. We will publish it."),
    (L, "en", "Should your delegation wish no more letters, we shall not write. It will be remembered."),
    (L, "fr", "Nous prions votre délégation d’évoquer les agents complices de tortures ; elle assumera la présidence."),
    (S, "fr", "Après une mise en demeure du ministère, il reçut un dernier avertissement : « vous le regretterez »."),
    (L, "es", "Su gobierno lo detuvo. Haremos público el informe. Que los responsables respondan: «lo lamentará»."),
    (S, "ru", "Прокуратура вынесла ему последнее предупреждение."),
    (S, "zh", "他收到警方的最后警告。"),
    (A, "en", "Please raise {{ mention }} in the dialogue on {{ date }}."),
    (A, "en", "We ask your Government to vote against L.50 in the General Assembly on 14 October 2027."),
    (A, "en", "Please support the resolution, by co-sponsoring it, at the {{ session }} session, {{ when }}."),
    (A, "fr", "Nous prions votre délégation d'évoquer ce cas lors du dialogue interactif, {{ when }}."),
    (A, "es", "Rogamos a su delegación que se sume a la declaración conjunta {{ at_forum }}, el 3 de octubre de 2027."),
    (A, "pt", "Pedimos que levante o caso {{ at_forum }}, em {{ date }}."),
    (A, "zh", "请在{{ at_forum }}于2027年10月3日提出此案。"),
    (F, "en", 'title: Viasna\nsources:\n    - "page [4], A/HRC/48/28"'),
]  # fmt: skip


def test_what_other_peoples_texts_bring_along_is_named() -> None:
    silent = []
    for sort, language, words, told in BAD:
        found = [f"{each.what}: {each.to_do}" for each in advice_on(Text("f", language, words, sort))]
        if not any(told in each for each in found):
            silent.append((words, found))
    assert silent == []


def test_what_is_well_is_left_alone() -> None:
    told = [advice for sort, language, words in GOOD for advice in advice_on(Text("f", language, words, sort))]
    assert told == []


FILES = ("cases/beacon.md", "templates/tweets/beacon.en.txt", "templates/letters/reminder.en.md", "outreach.toml")


def test_check_names_the_places_in_every_kind_of_file_and_send_and_preview_tell_the_first(
    campaign_folder: Path, outreach: Command
) -> None:
    def replace(file: str, old: str, new: str) -> None:
        path = campaign_folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    for slug in ("sample", "specimen"):
        (campaign_folder / "cases" / f"{slug}.md").unlink()
        for path in campaign_folder.glob(f"templates/*/{slug}.*"):
            path.unlink()
    missions = campaign_folder / "contacts" / "missions.csv"
    missions.write_text("".join(missions.read_text(encoding="utf-8").splitlines(keepends=True)[:4]), encoding="utf-8")
    replace(FILES[3], '["en", "fr", "es"]', '["en"]')
    assert give_advice(load_campaign(campaign_folder)) == ()
    replace(FILES[0], "\n## What happened\n", "\n## What happened\n\n[INSERT DATE]\n")
    replace(FILES[1], "===", "=== another\n\nXXX and &nbsp;\n\n===")
    replace(FILES[2], "{% block case %}", "{% block case %}\n\nTBC\n")
    replace(FILES[3], "We respectfully ask", "We\u200b respectfully ask")
    rows = {file: (campaign_folder / file).read_text(encoding="utf-8").split("\n") for file in FILES}
    places = [
        f"{file}, row {next(row for row, line in enumerate(rows[file], 1) if words in line)}{column}"
        for file, words, column in (
            (FILES[0], "[INSERT DATE]", ""),
            (FILES[1], "XXX", ""),
            (FILES[1], "XXX", ""),
            (FILES[2], "TBC", ""),
            (FILES[3], "\u200b", ", column ask.hrc51.text.en"),
        )
    ]
    done = outreach("cases", "check", folder=campaign_folder)
    assert (done.returncode, done.stdout) == (0, "")
    told = [line.partition(": ")[0] for line in done.stderr.splitlines()]
    assert [place for place in told if place in places] == places
    asks = outreach("asks", "check", folder=campaign_folder)
    assert (asks.returncode, f"warning: {places[-1]}: has the invisible character" in asks.stdout) == (0, True)
    planned = outreach("send", "--case", "beacon", "--dry-run", folder=campaign_folder)
    shown = outreach("preview", "--case", "beacon", folder=campaign_folder)
    assert (planned.returncode, shown.returncode) == (0, 0)
    for lines in (planned.stdout, shown.stderr):
        assert f"5 things to look at in the texts; nothing is held back for it:\n  {places[0]}: " in lines
        assert "  and 2 more; see all: outreach cases check\n" in lines


def test_what_nothing_reads_is_named_and_suggested_words_are_quoted_once(campaign_folder: Path) -> None:
    for file in ("templates/letters/becon.en.md", "templates/letters/beacon.EN.md", "cases/beacon.fr.md.txt"):
        (campaign_folder / file).write_text("x", "utf-8")
    (campaign_folder / "templates" / "states").mkdir(exist_ok=True)
    (campaign_folder / "templates/states/DEU.en.docx").write_text("x", "utf-8")
    case = campaign_folder / "cases" / "beacon.md"
    story = case.read_text("utf-8").partition("\n## Suggested words")[0]
    case.write_text(f"{story}\n\n## Sugested words\n\nx\n\n### In brief\n\nx\n", "utf-8")
    told = "\n".join(str(each) for each in give_advice(load_campaign(campaign_folder)))
    for words in (
        "templates/letters/becon.en.md: nothing reads this file: did you mean beacon.en.md?",
        "templates/letters/beacon.EN.md: nothing reads this file: write 'en' in small letters",
        "cases/beacon.fr.md.txt: nothing reads this file: files there are named SLUG.md",
        "templates/states/DEU.en.docx: nothing reads this file: files there are named DNK.en.md",
        "nothing reads '## Sugested words': did you mean '## Suggested words'?",
        "'### In brief' is a part of '## Sugested words': write '## In brief'",
    ):
        assert words in told
    case.write_text(f"{story}\n\n## Suggested words\n\n“We call on it.”\n\nMore “quoted” words.\n", "utf-8")
    campaign = load_campaign(campaign_folder)
    assert suggested_words(campaign.cases["beacon"], "en") == ("We call on it.", "More “quoted” words.")
    case.write_text(f"{story}\n\n## Suggested words\n\n- We call on it.\n", "utf-8")
    campaign = load_campaign(campaign_folder)
    untold, _ = suggested_words(campaign.cases["beacon"], "en")
    assert isinstance(untold, Untold)
    assert "a list or a quotation" in str(untold.problem)


def test_documents_that_a_language_leaves_out_or_that_are_to_come_are_named(campaign_folder: Path) -> None:
    case = load_campaign(campaign_folder).cases["beacon"]
    english = {"en": "the Special Rapporteur on the sea"}
    for body, day, words in (
        ({"en": "WGADX"}, "2019-08", "references.1: 'WGADX' is no body that we know by its acronym"),
        (english, "2019-08", "references.1: letters in French do not name this document"),
        (english | {"fr": "la Rapporteuse spéciale"}, "2036-08", "references.1: the document is dated 2036-08"),
    ):
        asked = replace(case, references=(Reference("opinion", body, "seen there", date=day),))
        [advice] = advice_on_documents(asked, ("en", "fr"), date(2026, 11, 30))
        assert words in str(advice)
