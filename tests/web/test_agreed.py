"""What people agree to has a version: it is kept with each voice and member, and is another when the words change."""

import hashlib
from pathlib import Path

import outreach.web
from outreach.site.frame.translations import translations
from outreach.web.looks import HERE
from outreach.web.public import join, write

FORMS = Path(outreach.web.__file__).parent / "templates" / "forms"
KEPT = (
    (
        "Your e-mail address: sealed, and erased after %(days)s days at the latest, "
        "unless you join the mailing list. No mission sees it."
    ),
    "Your address on the network (IP): never written down.",
    (
        "Your words and your name: sealed, and erased with your address. If you let us quote your words, they stay "
        "until %(days)s days after the States’ meeting, without your name."
    ),
    (
        "Mails from us: one that asks whether it was you, one reminder if you do not answer, "
        "and one when letters with your voice have left."
    ),
    "A link in our mail takes all of it back, as long as we have your address. What a mission has already got, it has.",
)
WRITING = (
    *KEPT,
    "My words may be quoted, without my name",
    "A quote that was sent cannot be called back.",
    "A few letters a year: what we ask for, and what comes of it. You leave with one click.",
    ("To ask you whether it was you, and to tell you that letters with your voice have left. No mission sees it."),
    (
        "Nothing is sent yet, and nothing is kept. When you send it, "
        "we ask you by mail whether it was you. Only then it counts."
    ),
)
JOINING = (
    "A few letters a year: what we ask for, and what comes of it. You leave with one click.",
    "To ask you whether it was you, and for the letters. Nobody else gets it.",
    "Your e-mail address: sealed, as long as you are on the list. When you leave it is erased.",
    "If you do not confirm, it is erased after %(days)s days.",
)
# A version and the words that it stands for, in three languages. Other words get another version.
VERSIONS = {"write 1": "93172a7429a35761", "join 1": "4c50d16a072a0ffe"}


def digest(texts: tuple[str, ...]) -> str:
    told = [translations(language, HERE).gettext(text) for language in ("en", "fr", "es") for text in texts]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def test_other_words_have_another_version() -> None:
    for version, texts in ((write.AGREED_TO, WRITING), (join.AGREED_TO, JOINING)):
        assert VERSIONS[version] == digest(texts)


def test_these_are_the_words_on_the_forms() -> None:
    said = "".join(path.read_text("utf-8") for path in FORMS.glob("*.html")).replace("{{ days }}", "%(days)s")
    said = said.replace("{{ day }}", "%(day)s")
    assert [text for text in (*WRITING, *JOINING) if text not in said] == []
