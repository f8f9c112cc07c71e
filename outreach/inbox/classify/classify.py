"""Says what a message is: the first rule of a table that has something to say wins; pure, knows no letters of ours.

The standards come first, then the forms of single mail systems, then the signs of a machine, then a person is left.
"""

import re

from outreach.inbox.classify.arf import judge_arf, judge_jmrp
from outreach.inbox.classify.automatic import AUTOMATIC
from outreach.inbox.classify.bounce_forms import ANSWER
from outreach.inbox.classify.bounces import judge_flufl, judge_form, judge_subject
from outreach.inbox.classify.dsn import judge_dsn
from outreach.inbox.classify.mdn import judge_mdn
from outreach.inbox.classify.notices import (
    judge_held,
    judge_mail_system,
    judge_nobody,
    judge_notice,
    judge_passed_on,
    judge_recall,
)
from outreach.inbox.classify.outlook import judge_outlook
from outreach.inbox.kinds import LIST_MAIL, UNREADABLE, UNSUBSCRIBE, Kind
from outreach.inbox.mail import Classified, Mail, Rule, Verdict
from outreach.inbox.mime.parse import read_mail

_UNSUBSCRIBE = re.compile(r"unsubscribe ([a-z2-7]{26})", re.IGNORECASE)


def classify(raw: bytes) -> Classified:
    """Parse and judge a message; never raises, in bounded time and memory."""
    try:
        mail = read_mail(raw)
        return Classified(mail, judge(mail))
    except Exception as error:  # noqa: BLE001 - one hostile mail must not stop a mailbox; tests call judge() itself
        mail = Mail(size=len(raw), fault=f"it could not be read ({type(error).__name__})")
        return Classified(mail, Verdict(Kind.OTHER, UNREADABLE))


def judge(mail: Mail) -> Verdict:
    """Give the verdict of the first rule that has one; the last rule always does."""
    return next(verdict for rule in RULES if (verdict := rule.judge(mail)) is not None)


def _unreadable(mail: Mail) -> Verdict | None:
    """Judge a mail in which nothing can be read; one with a fault and something to read is judged like any other."""
    something = any(part.text.strip() or part.filename for part in mail.parts)
    return Verdict(Kind.OTHER, UNREADABLE) if mail.fault and not something else None


def _unsubscribe(mail: Mail) -> Verdict | None:
    """Judge what our List-Unsubscribe header has mail programs write (RFC 2369, section 3.2)."""
    return Verdict(Kind.OTHER, UNSUBSCRIBE) if _UNSUBSCRIBE.fullmatch(mail.subject.strip()) else None


def _list_mail(mail: Mail) -> Verdict | None:
    """Judge newsletters and lists (RFC 2919), but not an answer that a mission's own list passed on.

    Whether the sender is a mission's is for receive.py to say.
    """
    if mail.in_reply_to or mail.references or ANSWER.match(mail.subject):
        return None
    names = ("List-Id", "List-Unsubscribe", "List-Post")
    listed = mail.header("Precedence").lower() == "list" or any(mail.header(name) for name in names)
    return Verdict(Kind.OTHER, LIST_MAIL) if listed else None


def _nobody(mail: Mail) -> Verdict | None:
    """Judge a mail without a sender that answers nothing: no person wrote it."""
    nobody = not mail.sender and not mail.in_reply_to and not mail.references
    return Verdict(Kind.OTHER, "no-sender") if nobody else None


# A verdict bears its row's name, or more than that: "dsn" gives dsn-failed, dsn-delayed and the like, "form" the name
# of the form.
RULES: tuple[Rule, ...] = (
    Rule(UNREADABLE, _unreadable),
    Rule("dsn", judge_dsn),
    Rule("mdn", judge_mdn),
    Rule("arf", judge_arf),
    Rule("jmrp", judge_jmrp),
    Rule(UNSUBSCRIBE, _unsubscribe),
    Rule("form", judge_form),
    Rule("flufl", judge_flufl),
    Rule("mailer-daemon", judge_subject),
    Rule("recall", judge_recall),
    Rule("outlook", judge_outlook),
    Rule("passed-on", judge_passed_on),
    Rule("notice", judge_notice),
    Rule("mail-system", judge_mail_system),
    Rule("held", judge_held),
    *AUTOMATIC,
    Rule(LIST_MAIL, _list_mail),
    Rule("no-sender", _nobody),
    Rule("nobody", judge_nobody),
    Rule("reply", lambda mail: Verdict(Kind.REPLY, "reply")),
)
