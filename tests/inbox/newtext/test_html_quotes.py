"""What is new in replies that are HTML alone, by the marks that mail programs leave in it."""

import pytest

from outreach.inbox.mime.parse import read_mail
from outreach.inbox.newtext.authors import Ours
from outreach.inbox.newtext.newtext import NewText, new_text

OURS = Ours(lambda address: address == "campaign@example.org", frozenset({"The campaign"}))
HEAD = "From: M <m@mfa.example.org>\nTo: campaign@example.org\nSubject: {}\nContent-Type: text/html; charset=utf-8\n\n"
OWN = "Dear friends,\n\nOur Ambassador will name this case on Thursday."
PAGES = {
    "Thunderbird": (
        "<p>Dear friends,</p><p>Our Ambassador will name this case on Thursday.</p>"
        '<div class="moz-cite-prefix">On 29/11/2026 17:28, Campaigners wrote:<br></div>'
        '<blockquote type="cite" cite="mid:x@example.org"><p>Excellency,</p></blockquote>'
    ),
    "Thunderbird in Finnish": (
        "<p>Dear friends,</p><p>Our Ambassador will name this case on Thursday.</p>"
        '<div class="moz-cite-prefix">Campaigners kirjoitti 29.11.2026 klo 17.28:</div>'
        '<blockquote type="cite"><p>Excellency,</p></blockquote>'
    ),
    "Gmail": (
        '<div dir="ltr"><div>Dear friends,</div><div><br></div>'
        "<div>Our Ambassador will name this case on Thursday.</div></div>"
        '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Sun, 29 Nov 2026 at 17:28,'
        " X &lt;<a>campaign@example.org</a>&gt; wrote:</div>"
        '<blockquote class="gmail_quote" style="margin:0"><p>Excellency,</p></blockquote></div>'
    ),
    "Gmail, its line within another": (
        "Dear friends,<br><br>Our Ambassador will name this case on Thursday."
        '<span class="gmail_quote">On Sun, 29 Nov 2026 at 17:28, X &lt;campaign@example.org&gt; wrote:</span>'
        '<blockquote class="gmail_quote">Excellency,</blockquote>'
    ),
    "Proton": (
        "<div>Dear friends,</div><div><br></div><div>Our Ambassador will name this case on Thursday.</div>"
        '<div class="protonmail_quote">On Sunday, November 29th, 2026 at 5:28 PM, X &lt;campaign@example.org&gt;'
        ' wrote:<br><blockquote class="protonmail_quote" type="cite"><p>Excellency,</p></blockquote></div>'
    ),
    "Yahoo": (
        '<div class="ydp1"><div>Dear friends,</div><div><br></div>'
        "<div>Our Ambassador will name this case on Thursday.</div></div>"
        '<div id="yahoo_quoted_1" class="yahoo_quoted"><div style="font-size:13px"><div>On Sunday, November 29, 2026'
        " at 05:28:00 PM GMT+1, X &lt;campaign@example.org&gt; wrote:</div><div><br></div>"
        "<div>Excellency,</div></div></div>"
    ),
    "Outlook on the web": (
        "<div>Dear friends,</div><div><br></div><div>Our Ambassador will name this case on Thursday.</div>"
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><font><b>Från:</b> X'
        " &lt;campaign@example.org&gt;<br><b>Skickat:</b> den 29 november 2026 17:28<br><b>Till:</b> Mission<br>"
        "<b>Ämne:</b> Viasna</font><div>&nbsp;</div></div><div>Excellency,</div>"
    ),
    "Outlook": (
        '<p class="MsoNormal">Dear friends,</p><p class="MsoNormal">&nbsp;</p>'
        '<p class="MsoNormal">Our Ambassador will name this case on Thursday.</p>'
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>Od:</b> X'
        " &lt;campaign@example.org&gt;<br><b>Wysłano:</b> niedziela, 29 listopada 2026 17:28<br><b>Do:</b> Mission<br>"
        '<b>Temat:</b> Viasna</p></div></div><p class="MsoNormal">Excellency,</p>'
    ),
    "Zoho": (
        "<div>Dear friends,</div><div><br></div><div>Our Ambassador will name this case on Thursday.</div>"
        '<div class="zmail_extra"><div>---- On Sun, 29 Nov 2026 17:28:00 +0100 <b>X &lt;campaign@example.org&gt;</b>'
        " wrote ----</div><blockquote><p>Excellency,</p></blockquote></div>"
    ),
    "Yandex": (
        "<div>Dear friends,</div><div><br></div><div>Our Ambassador will name this case on Thursday.</div>"
        '<div>29.11.2026, 17:28, "X" &lt;campaign@example.org&gt;:</div><blockquote><p>Excellency,</p></blockquote>'
    ),
    "Mail.ru": (
        "<div>Dear friends,</div><div><br></div><div>Our Ambassador will name this case on Thursday.</div>"
        '<blockquote style="border-left:1px solid #0857A6;margin:10px">Воскресенье, 29 ноября 2026, 17:28 +03:00 от X'
        " &lt;campaign@example.org&gt;:<br>Excellency,</blockquote>"
    ),
    "GMX": (
        "<div>Dear friends,</div><div><br></div><div>Our Ambassador will name this case on Thursday.</div>"
        '<div name="quote" style="margin:10px"><div><b>Gesendet:</b> Sonntag, 29. November 2026 um 17:28 Uhr<br>'
        "<b>Von:</b> X &lt;campaign@example.org&gt;<br><b>An:</b> Mission<br><b>Betreff:</b> Viasna</div>"
        '<div name="quoted-content">Excellency,</div></div>'
    ),
    "Apple": (
        "Dear friends,<div><br></div><div>Our Ambassador will name this case on Thursday.<br><div>"
        '<blockquote type="cite"><div>On 29 Nov 2026, at 17:28, X &lt;campaign@example.org&gt; wrote:</div>'
        "<div>Excellency,</div></blockquote></div></div>"
    ),
    "Roundcube": (
        "<p>Dear friends,</p><p>Our Ambassador will name this case on Thursday.</p>"
        '<p id="reply-intro">On 2026-11-29 17:28, Campaigners wrote:</p>'
        '<blockquote type="cite"><p>Excellency,</p></blockquote>'
    ),
}


def apart(page: str, subject: str = "Re: Viasna") -> NewText:
    return new_text(read_mail((HEAD.format(subject) + page).encode()), OURS)


@pytest.mark.parametrize("program", PAGES)
def test_the_marks_of_mail_programs_part_the_answer_from_our_letter(program: str) -> None:
    found = apart(PAGES[program])

    assert found.text == OWN
    assert found.folded.endswith("Excellency,")


@pytest.mark.parametrize("program", ["Thunderbird", "Gmail", "Proton", "Yahoo", "Zoho", "Apple", "Mail.ru"])
def test_what_stands_below_the_quote_is_shown(program: str) -> None:
    found = apart(f"{PAGES[program]}<p>And we support the statement.</p>")

    assert "And we support the statement." in found.text
    assert OWN in found.text


@pytest.mark.parametrize("program", PAGES)
def test_what_others_wrote_is_shown_however_it_is_marked(program: str) -> None:
    page = PAGES[program].replace("Excellency,", "Say yes.")
    for us in ("campaign@example.org", "Campaigners"):
        page = page.replace(us, "capital@ministry.example.org")

    assert "Say yes." in apart(page).text


def test_a_name_that_nobody_knows_is_ours_in_an_answer_and_not_in_what_is_passed_on() -> None:
    assert apart(PAGES["Thunderbird"]).text == OWN
    assert "Excellency," in apart(PAGES["Thunderbird"], "Fwd: Viasna").text


def test_answers_between_the_quoted_lines_are_shown_with_them() -> None:
    introduction = "On 29 Nov 2026, X &lt;campaign@example.org&gt; wrote:"
    quote = "<blockquote class=gmail_quote>Will you?</blockquote>"
    page = f'<div class="gmail_quote"><div class="gmail_attr">{introduction}</div>{quote}<div>Yes.</div>{quote}</div>'

    assert "Yes." in apart("<p>Dear friends, thank you.</p>" + page).text
