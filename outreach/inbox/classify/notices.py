"""Judges notices of mail systems in words of many languages: a bounce, a delay, a letter that is held; else unclear.

Forms of single systems come before (`bounces.py`). What is left are notices by systems that nobody listed. One that
says nothing we know proves nothing: a person looks at it, and the letter stays as it is.
"""

import re
from dataclasses import replace

from outreach.inbox.classify.absences import read_absence, sentences
from outreach.inbox.classify.automatic import answers as in_thread
from outreach.inbox.classify.automatic import (
    auto_submitted,
    by_header,
    from_nobody,
    header_value,
    no_reply_sender,
    own_words,
    read,
    subject_of_absence,
)
from outreach.inbox.classify.bounce_forms import (
    ANSWER,
    DELAYED_SUBJECT,
    FAILED_SUBJECT,
    STILL_TRYING,
    notice_text,
    reports_in,
)
from outreach.inbox.classify.dsn import weighed
from outreach.inbox.classify.phrases import find, fold, plain
from outreach.inbox.classify.report_parts import (
    from_daemon,
    from_mail_system,
    original_ids,
    original_parts,
    report_type,
)
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Mail, Verdict
from outreach.inbox.mime.addresses import ADDRESS, tidy

_READ = 1_500  # characters
_SUBJECT = 300
_NEAR_START, _SENTENCE = 3, 18  # characters
_USES = frozenset({"bounce", "failure", "delay", "held", "spam", "absence", "subject", "prefix", "receipt"})
_CHALLENGES = frozenset({"challenge", "more"})
_CONDITIONS = frozenset({"if", "bounce", "failure"})
_ANSWERED = 300  # characters: so near its start an answer in our thread says that it is a notice
_AWAY = frozenset({"absence", "subject", "prefix", "receipt"})
_RECALL_USES = frozenset({"recall", "recall-subject"})
_TOP = 400
# Zendesk and its like: "##- Please type your reply above this line -##".
_REPLY_LINE = re.compile(
    r"^[ \t>]*[#*=_-]{2,}[^\n]{0,60}(?:above this line|reply above|au-dessus de cette ligne"
    r"|oberhalb dieser (?:zeile|linie)"
    r"|über dieser (?:zeile|linie)|encima de esta línea|arriba de esta línea|acima desta linha|sopra questa riga"
    r"|boven deze (?:regel|lijn)|ovanför den här raden|над этой (?:строкой|линией|чертой))[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ASKS = re.compile(
    r"https?://|\bclick|\breply\b|cliqu|klick|\bclic\b|\bclique|\bform\b|antworten|répond|respond|rispond|нажм|ссылк",
    re.IGNORECASE,
)
_HELD_SUBJECT = re.compile(
    r"(?:\[[^\]]{1,40}\] {0,3})?(?:.{0,80}\[spam ?arrest\]|.{0,80}\bmailinblack\b"
    r"|your message to .{1,100} awaits moderator approval)",
    re.IGNORECASE,
)
# A reply of a server: "550 5.1.1", "552-5.2.2", "[550]: 5.7.1", "SMTP error 550".
_REPLY_CODE = re.compile(
    r"(?<![\d.])[45][0-5]\d[\]): #-]{1,4}[45]\.\d{1,2}\.\d{1,3}(?!\d)|smtp(?: error)?:? (?:code )?5[0-5]\d",
    re.IGNORECASE,
)
_ADDRESS = re.compile(rf"(?<![\w.+-]){ADDRESS}")


def judge_notice(mail: Mail) -> Verdict | None:
    """Judge what a machine wrote by its words; None when it is no notice, or its words are those of an absence."""
    if not _by_a_machine(mail) or (_in_answer(mail) and read(mail).answers):
        return None
    found = _words(mail)
    # What is called spam and was not delivered was refused; else it lies somewhere.
    refused = found.keys() & {"bounce", "failure"}
    held = "held" in found or ("spam" in found and not refused) or _held_by_form(mail)
    if found.keys() & _AWAY and _absence_stands(mail, found, held=held):
        return None
    words = notice_text(mail.text)
    if held:
        return _unclear("held", mail)
    if "delay" in found or (("bounce" in found or "failure" in found) and STILL_TRYING.search(words)):
        return _verdict(mail, f"delay-words-{found.get('delay', 'en')}", Kind.DELAY)
    if "absence" in found and not from_mail_system(
        mail
    ):  # of an absence and of a letter that did not arrive: it proves neither
        return _unclear("absence-and-failure", mail)
    if language := found.get("bounce") or found.get("failure"):
        return _verdict(mail, f"bounce-words-{language}", Kind.BOUNCE)
    if not (from_nobody(mail) or from_mail_system(mail)) or found.keys() & _AWAY:
        return None
    if _REPLY_CODE.search(words[:_READ]):
        return _verdict(mail, "bounce-code", Kind.BOUNCE)
    return _verdict(mail, "bounce-returned-letter", Kind.BOUNCE) if original_parts(mail) else None


def judge_held(mail: Mail) -> Verdict | None:
    """Judge what asks to prove that we are people, or waits for a moderator, whoever sent it.

    In the subject one word is not enough: "Moderator of the side event" is a person's. A text must be short, say
    nothing about what we asked, and ask for a click or an answer.
    """
    subject = plain(fold(mail.subject[:_SUBJECT]))
    found = () if ANSWER.match(mail.subject) else find(subject, frozenset({"held"}))
    asks = any(phrase.start <= _NEAR_START and phrase.end - phrase.start >= _SENTENCE for phrase in found)
    return _unclear("held", mail) if asks or _held_by_form(mail) or _challenges(mail) else None


def _challenges(mail: Mail) -> bool:
    text = own_words(mail)
    if not text.strip() or len(text) > _READ:
        return False
    uses = {phrase.use for sentence in sentences(fold(text)) for phrase in find(sentence, _CHALLENGES)}
    return uses == {"challenge"} and _ASKS.search(text) is not None


def judge_passed_on(mail: Mail) -> Verdict | None:
    """Judge what a person wrote in a help desk's system, which sends it on below a line of its own.

    The system's own receipts and absences stand there, too, but say nothing more.
    """
    line = _REPLY_LINE.search(mail.text[:_TOP])
    if line is None or from_mail_system(mail):
        return None
    reading = read_absence(mail.text[line.end() :])
    formula = (reading.receipt or reading.absent or reading.machine) and not reading.more
    return None if formula else Verdict(Kind.REPLY, "passed-on")


def judge_recall(mail: Mail) -> Verdict | None:
    """Judge Outlook's wish to take a mail back: whoever wrote it wrote something else, or nothing."""
    subject = plain(fold(mail.subject[:_SUBJECT]))
    if not any(phrase.start == 1 for phrase in find(subject, frozenset({"recall-subject"}))):
        return None
    text = own_words(mail).strip()
    said = any(find(sentence, frozenset({"recall"})) for sentence in sentences(fold(text[:_READ])))
    return Verdict(Kind.OTHER, "recall") if said or (not text and ":" in mail.subject) else None


def judge_mail_system(mail: Mail) -> Verdict | None:
    """Judge what a mail system wrote in words that nobody knows: no answer, and proof of nothing."""
    if not (from_daemon(mail) or report_type(mail) in ("?", "delivery-status")):
        return None
    if not from_daemon(mail, by_address=True) and (by_header(mail) or _words(mail).keys() & _AWAY):
        return None
    return _unclear("mail-system", mail)


def judge_nobody(mail: Mail) -> Verdict | None:
    """Judge what no rule knew, of an empty envelope sender or an address that nobody reads.

    A gateway may take the envelope sender from a person's mail. So what answers ours is a reply.
    """
    if no_reply_sender(mail):
        return None if in_thread(mail) and read(mail).answers else _unclear("no-reply-address", mail)
    if not from_nobody(mail):
        return None
    answers = in_thread(mail) or bool(ANSWER.match(mail.subject))
    return None if answers and not by_header(mail) and not from_mail_system(mail) else _unclear("null-sender", mail)


# --- signs -----------------------------------------------------------------------------------------------------------


def _in_answer(mail: Mail) -> bool:
    """Say whether it has the form of an answer of somebody: then bounces are spoken of at its start, or not ours."""
    return in_thread(mail) and ANSWER.match(mail.subject) is not None and not from_mail_system(mail)


def _by_a_machine(mail: Mail) -> bool:
    """Say whether a machine may have written it: then words that people use of letters, too, tell what it is."""
    if from_nobody(mail) or from_mail_system(mail):
        return from_nobody(mail) or not (in_thread(mail) and ANSWER.match(mail.subject))
    if auto_submitted(mail) not in ("", "no") or by_header(mail) or no_reply_sender(mail):
        return True
    if header_value(mail, "x-failed-recipients"):
        return True
    subject = plain(fold(mail.subject[:_SUBJECT]))
    fails = any(phrase.start == 1 for phrase in find(subject, frozenset({"failure", "bounce"})))
    return mail.return_path is None and not in_thread(mail) and fails


def _held_by_form(mail: Mail) -> bool:
    """Say whether a list or filter says so in a form of its own; Mailman has a header for it."""
    administers = header_value(mail, "x-list-administrivia") == "yes"
    return administers or _HELD_SUBJECT.match(mail.subject[:_SUBJECT]) is not None


def _words(mail: Mail) -> dict[str, str]:
    """Find what its subject and the beginning of its text say; gives the language of the first such words by use."""
    found: dict[str, str] = {}
    subject = _without_ours(mail)
    length = _ANSWERED if _in_answer(mail) else _READ
    for sentence in (plain(fold(subject)), *sentences(fold(notice_text(own_words(mail))[:length]))):
        for phrase in find(sentence, _USES):
            found.setdefault(phrase.use, phrase.language)
    found.pop("subject", None)
    if use := subject_of_absence(mail)[0]:
        found.setdefault("subject", use)
    if FAILED_SUBJECT.match(mail.subject):
        found.setdefault("failure", "en")
    if DELAYED_SUBJECT.match(mail.subject):
        found.setdefault("delay", "en")
    return found


def _without_ours(mail: Mail) -> str:
    """Give the subject, without our own that follows "Re:" or a program's own words."""
    subject = mail.subject[:_SUBJECT]
    return "" if ANSWER.match(subject) else subject.partition(":")[0] if subject_of_absence(mail)[0] else subject


def _absence_stands(mail: Mail, found: dict[str, str], *, held: bool) -> bool:
    """Say whether an absence or receipt is one, whatever else it mentions, such as mail that will be undeliverable.

    It is not when it says of our own letter that it did not arrive, or is held.
    """
    if held or (from_mail_system(mail) and found.keys() & {"bounce", "failure"}):
        return False
    return "bounce" not in found or ("absence" in found and _only_if(mail))


def _only_if(mail: Mail) -> bool:
    """Say whether it speaks of mail that does not arrive only in case: "if your message could not be delivered"."""
    text = mail.text[:_READ]
    others = {tidy(found[0]) for found in _ADDRESS.finditer(text)} - {mail.sender}
    if others or _REPLY_CODE.search(text) or original_parts(mail):
        return False
    if not (subject_of_absence(mail)[0] == "prefix" or by_header(mail) or from_nobody(mail)):
        return False
    for sentence in sentences(fold(notice_text(own_words(mail))[:_READ])):
        found = find(sentence, _CONDITIONS)
        conditions = [phrase.start for phrase in found if phrase.use == "if"]
        if any(phrase.use != "if" and not any(at < phrase.end for at in conditions) for phrase in found):
            return False
    return True


def _unclear(rule: str, mail: Mail) -> Verdict:
    return Verdict(Kind.UNCLEAR, rule, (), original_ids(mail))


def _verdict(mail: Mail, rule: str, kind: Kind) -> Verdict:
    reports = reports_in(mail, notice_text(mail.text), kind)
    if len(reports) == 1 and not reports[0].recipient:
        reports = [replace(reports[0], recipient=_only_address(mail))]
    return Verdict(kind, rule, weighed(reports), original_ids(mail))


def _only_address(mail: Mail) -> str:
    """Give the one address that a notice speaks of, apart from its own and ours; "" when there are several."""
    found = {tidy(match[0]) for match in _ADDRESS.finditer(notice_text(mail.text)[:_READ])}
    named = found - {mail.sender, *mail.recipients}
    return named.pop() if len(named) == 1 else ""
