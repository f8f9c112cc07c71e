"""Reads bounces and delays that follow no standard: a table of how they begin, and whom and what they name.

An opening must stand near the beginning of the text and not be quoted; what follows the copy of our letter is not
looked at. A reply that quotes a bounce, or a person's mail that speaks of one, matches nothing here: see `bounces.py`.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from outreach.inbox.classify.report_parts import sole_recipient
from outreach.inbox.classify.severity import code_in, severity_of
from outreach.inbox.kinds import Kind, Severity
from outreach.inbox.mail import Mail, Report
from outreach.inbox.mime.addresses import ADDRESS, addresses, tidy
from outreach.text import clean_line


def _pattern(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?:\[[^\]]{1,40}\] {0,3})?(?:" + "|".join(words) + ")", re.IGNORECASE)


# People's answers and forwards, also "RE[2]:".
ANSWER = re.compile(
    r"\s*(?:re|r[eé]p|res|aw|antw|odp|sv|vs|vá|vb|ynt|απ|отв|ответ|відп|回复|答复|回覆|返信|fwd?|wg|tr|rv|rif|i|enc|doorst|pd)"
    r"\.?\s?(?:\[\d{1,3}\])?\s?[:：]",
    re.IGNORECASE,
)
# Only at the beginning of a subject, or behind a tag in brackets: "Re: Undeliverable" is a person's.
FAILED_SUBJECT = _pattern(
    r"undeliver(?:ed|able)",
    r"(?:e-?)?(?:mail|message)[ :]{1,3}(?:delivery |system )?(?:fail|error|problem|could not be|not delivered|reject)",
    r"message status - undeliver",
    r"mail delivery (?:fail|problem|error|report)",
    r"delivery (?:status notification \(fail|fail|has failed|notification: delivery has failed|problem|error)",
    r"returned (?:mail|to sender)",
    r"(?:your |the )?(?:e-?)?(?:mail|message) (?:to .{1,80} )?could not be delivered",
    r"fail(?:ure|ed) (?:notice|delivery|mail)",
    r"non[- ]?deliver",
    r"nondeliverable",
    r"permanent delivery failure",
    r"(?:courrier |message |mail )?non (?:remis|distribu|d[eé]livr)",
    r"[eé]chec (?:de (?:la )?|d')?(?:remise|distribution|livraison|d[eé]livrance|envoi)",
    r"notification d'[eé]tat de (?:la )?remise \([eé]chec",
    r"retour (?:[aà] l'exp[eé]diteur|de courrier)",
    r"no se (?:puede|pudo|ha podido) entregar|(?:correo |mensaje )?(?:no entregado|devuelto)",
    r"(?:error|fallo) (?:en|de) (?:la )?entrega",
    r"notificaci[oó]n (?:sobre|de(?:l)?) (?:el )?estado de (?:la )?entrega \((?:error|fallo)",
    r"(?:unzustellbar|nicht zustellbar|unzustellbarkeit)",
    r"(?:fehler bei der (?:nachrichten)?zustellung|zustell(?:ung )?fehl|zustellung (?:der nachricht )?fehlgeschlagen)",
    r"benachrichtigung (?:zum|[uü]ber den) (?:[uü]bermittlungs|zustell)\w* \(fehl",
    r"mancato recapito|messaggio non consegnat|n[aã]o (?:entregue|foi poss[ií]vel entregar)|falha na entrega",
    r"onbestelbaar",
    r"недоставленн|не доставлен|(?:ваше )?сообщение не доставлено",
)
DELAYED_SUBJECT = _pattern(
    r"(?:delayed|mail delayed|delayed mail|delivery (?:status notification \(delay|delay|is delayed))",
    r"(?:mail|message) delivery (?:delay|warning)",
    r"warning: (?:message|could not send|e-?mail)",
    r"(?:remise|distribution|livraison) (?:du message )?(?:retard|diff)",
    r"(?:notification d'[eé]tat de (?:la )?remise|message) \(?retard",
    r"(?:entrega (?:retrasada|demorada)|retraso en la entrega|notificaci[oó]n .{0,40}\(retras)",
    r"(?:zustellung verz[oö]gert|verz[oö]gert|verz[oö]gerte zustellung|benachrichtigung .{0,40}\(verz)",
)
# What goes with a delay in the text, where one opening serves for both.
STILL_TRYING = _pattern(
    r"will (?:be retried|retry|continue to (?:try|be tried|retry)|keep trying)|do not need to (?:do anything|resend)"
    r"|has not yet been delivered|still (?:undelivered|trying)|no action is required|warning message only"
    r"|(?:va|vont|seront?|allons) (?:\w+ ){0,3}(?:r[eé]essa|continuer)|seguir[aá]|se (?:volver[aá]|reintentar)"
    r"|weiter(?:hin)? versuch|erneut versuch|nicht erneut senden"
)
# From here on the letter itself, or its headers, are quoted.
COPY_BEGINS = re.compile(
    r"^[ \t]{0,20}(?:"
    r"-{2,10} ?(?:below (?:this|the next) line is a copy|(?:this|enclosed) is a copy of|copy of (?:the|your) )"
    r"|-{2,10} ?(?:original|forwarded|returned|unsent|undelivered) message|-{2,10} ?message header"
    r"|-{2,10} ?(?:message original|mensaje original|urspr[uü]ngliche nachricht)"
    r"|original message (?:headers|details)|old message:|message headers follow"
    r"|en-t[eê]tes? (?:du|de) message d.origine"
    r"|encabezados? (?:del?|de los) mensajes? original"
    r"|urspr[uü]ngliche nachrichten(?:kopfzeilen|k[oö]pfe|header)|original-?nachrichtenkopf"
    r")",
    re.IGNORECASE | re.MULTILINE,
)

_READ = 20_000  # characters of the text
_REASON = 800
_MOST = 50  # recipients

# A line that ends with an address, alone or behind a name; and lines of a header, which name others.
_LINE = re.compile(
    rf"^(?![ \t>*•-]{{0,8}}(?:from|sender|reply-to|message-id|to|cc|subject|von|de|expéditeur|absender):)"
    rf"[^\n@]{{0,80}}?(?:mailto:|smtp:|rfc822;)?[<(\"'\[]{{0,2}}(?<![\w.+-])(?P<address>{ADDRESS})[>)\"'\]]{{0,2}}"
    r"(?:<mailto:[^>\n]{0,300}>)?(?:(?<=>)|(?=[:;,.]?[ \t]{0,20}(?:$|\(|<|on \d|am \d|le \d|: )))",
    re.IGNORECASE | re.MULTILINE,
)
_MAILTO = re.compile(r"<mailto:[^>\n]{0,300}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """How one system begins its notices; `recipient` is for those who are named within a sentence, not on a line."""

    name: str
    opening: re.Pattern[str]
    kind: Kind = Kind.BOUNCE
    recipient: re.Pattern[str] | None = None
    both: bool = False  # delays begin alike: the text tells


def _form(name: str, *openings: str, kind: Kind = Kind.BOUNCE, recipient: str = "", both: bool = False) -> Form:
    within = (
        re.compile(recipient.replace("ADDRESS", f"(?P<address>{ADDRESS})"), re.IGNORECASE | re.MULTILINE)
        if recipient
        else None
    )
    return Form(
        name,
        re.compile("|".join(f"^[ \\t]{{0,20}}(?:{one})" for one in openings), re.IGNORECASE | re.MULTILINE),
        kind,
        within,
        both,
    )


FORMS: tuple[Form, ...] = (
    _form(
        "exchange-delay",
        r"delivery (?:is|to these recipients or groups (?:is|has been)) delayed",
        r"this is an advisory-only e-?mail",
        r"la remise (?:à ces destinataires ou groupes )?(?:est|a été) (?:retardée|différée)",
        r"la entrega (?:a estos destinatarios o grupos )?(?:se ha retrasado|está retrasada|se retrasó)",
        r"die zustellung (?:an diese|an folgende) empfänger (?:oder gruppen )?(?:ist|wurde|wird|hat sich) verzögert",
        r"verzögerung bei der (?:nachrichten)?zustellung an (?:diese|folgende) empfänger",
        kind=Kind.DELAY,
    ),
    _form(
        "exchange-ndr",
        r"delivery has failed to these recipients or (?:groups|distribution lists)",
        r"your message (?:did not reach|wasn.t delivered to) (?:some or all of the intended recipients|anyone)",
        r"your message to \S+ couldn.t be delivered",
        r"the following recipient\(s\) (?:could not|cannot) be reached",
        r"échec de la remise (?:pour|à) ces (?:destinataires|groupes)",
        r"votre message n.(?:est pas parvenu à|a pas (?:pu être remis|été remis) à) (?:certains|aucun|tous)",
        r"(?:le|les|le\(s\)) destinataire\(?s?\)? suivants?(?:\(s\))? n.ont? pu être joints?",
        r"no se pudo entregar a estos destinatarios o grupos",
        r"error (?:de|en la) entrega a (?:estos|los siguientes) destinatarios",
        r"(?:su|el) mensaje no (?:llegó|ha llegado|se ha entregado) a (?:algunos|ninguno|todos)",
        r"fehler bei der nachrichtenzustellung an folgende empfänger",
        r"ihre nachricht hat (?:einige oder alle|keinen der|manche oder alle) (?:der )?empfänger nicht erreicht",
        r"die nachricht konnte (?:folgenden|diesen) empfängern? nicht zugestellt",
    ),
    _form(
        "gmail",
        r"delivery to the following recipients? (?:failed|has been delayed|has failed)",
        r"address not found|message (?:not delivered|blocked)|recipient inbox full|delivery incomplete",
        r"adresse introuvable|message (?:non distribué|bloqué)|échec de l.envoi|distribution incomplète",
        r"(?:no se ha encontrado|no se encontró) la dirección|mensaje (?:no entregado|bloqueado)|entrega incompleta",
        r"adresse nicht gefunden|nachricht (?:nicht zugestellt|blockiert)|zustellung unvollständig",
        recipient=r"(?:delivered to|deliver(?:ing)? your message to|your message to|distribué à|entregado a|nicht an"
        r"|has been delayed:|failed(?: permanently)?:)\s{1,20}<?ADDRESS",
        both=True,
    ),
    _form(
        "microsoft-smtp",
        r"-{0,4} ?non-delivery report",
        r"the e-?mail below could not be delivered to the following user",
    ),
    _form("james", r"hi\. this is the james mail server at "),
    _form("qmail", r"hi\. this is the ", r"(?:hi\. )?the mta program at "),
    _form(
        "exim-warning",
        r"this message was created automatically by mail delivery software"
        r"[\s\S]{0,200}?(?:has not|have not) yet been delivered",
        r"a message that you (?:have )?sent has not yet been delivered",
        kind=Kind.DELAY,
    ),
    _form(
        "exim",
        r"this message was created automatically by mail delivery software",
        r"a message that you (?:have )?sent (?:using the \S+ \S+ \S+ )?could not be delivered to",
        r"cette? message a été créé automatiquement par le (?:logiciel|système) de (?:distribution|livraison)",
    ),
    _form(
        "notes",
        r"your (?:document|message)[:\s][\s\S]{0,400}?^[ \t]*was not delivered to:",
        r"votre (?:document|message)[:\s][\s\S]{0,400}?^[ \t]*n.a pas (?:été|pu être) (?:distribué|remis) à\s?:",
        r"(?:su|el) (?:documento|mensaje)[:\s][\s\S]{0,400}?^[ \t]*no (?:se entregó|se ha entregado) a:",
        r"(?:ihr dokument|ihre nachricht)[:\s][\s\S]{0,400}?^[ \t]*(?:konnte|wurde) nicht zugestellt (?:werden )?an:",
        recipient=r"(?:delivered to|(?:distribué|remis) à|entreg\w{1,9} a|zugestellt (?:werden )?an)\s?:"
        r"\s{1,40}<?ADDRESS",
    ),
    _form(
        "postfix-delay",
        r"(?:this is the (?:mail system|postfix \S+) at host [\s\S]{0,300}?)?[#\s]{0,200}this is a warning only",
        r"your message could not be delivered for (?:more than )?\d",
        kind=Kind.DELAY,
    ),
    _form(
        "postfix-success",
        r"this is the mail system at host [\s\S]{0,200}?your message was successfully delivered to",
        kind=Kind.DELIVERED,
    ),
    _form("postfix-text", r"this is the (?:mail system|\S{0,20} ?postfix \S+|\S+ program) at host "),
    _form(
        "yahoo",
        r"sorry, we were unable to deliver your message to the following address",
        r"unable to deliver message to the following address",
        r"message from yahoo\.",
    ),
    _form(
        "sendmail-warning",
        r"[*\s]{0,100}this is a warning message only",
        r"-{3,8} ?the following addresses had (?:transient non-fatal errors|delivery problems)",
        r"warning: message still undelivered",
        kind=Kind.DELAY,
    ),
    _form(
        "sendmail",
        r"-{3,8} ?the following addresses had (?:permanent )?(?:fatal )?(?:delivery )?errors",
        r"the original message was received at .{5,80}\n[ \t]*from ",
        r"-{3,8} ?transcript of session follows",
    ),
    _form(
        "mdaemon",
        r"the attached message had (?:permanent|transient) (?:fatal )?delivery errors",
        recipient=r"failed address: {1,10}ADDRESS",
        both=True,
    ),
    _form(
        "interscan",
        r"unable to deliver message to <?[^\s<>@]{1,64}@",
        recipient=r"deliver message to <?ADDRESS",
    ),
    _form(
        "kddi",
        r"your mail (?:sent|attempted to be delivered) on: ",
        recipient=r"could not be delivered to: <?ADDRESS",
    ),
    _form("surfcontrol", r"your message could not be sent\.\s{1,5}a transcript of the attempts to send the message"),
    _form(
        "symantec",
        r"symantec (?:mail security|messaging gateway|brightmail)[^\n]{0,40} (?:replaced|rejected|blocked)",
        recipient=r"(?:you sent|message|delivered) to:? <?ADDRESS",
    ),
    _form("notes-4", r"-{3,10} ?failure reasons? {0,3}-{3,10}"),
    _form("groupwise", r"the message that you sent was undeliverable to the following"),
    _form("communigate", r"failed to deliver to ", recipient=r"deliver to ['\"<]ADDRESS"),
    _form(
        "courier",
        r"your message to the following recipients? cannot be delivered",
        r"the following recipients did not receive (?:this|your) message",
    ),
    _form("imail", r"(?:unknown user|user mailbox exceeds allowed size|undeliverable to|delivery failed)[: ] ?\S+@\S+"),
)


def find_form(text: str, room: int) -> tuple[Form, str] | None:
    """Find the form that begins within `room` characters; gives it and its text, up to the copy of our letter."""
    head = text[:_READ]
    for form in FORMS:
        match = form.opening.search(head, 0, min(len(head), room + 1_000))
        if match and match.start() <= room:
            return form, notice_text(head[match.start() :])
    return None


def notice_text(text: str) -> str:
    """Cut the copy of our letter off a notice."""
    copy = COPY_BEGINS.search(text[:_READ])
    return text[: copy.start()] if copy else text[:_READ]


def kind_of(form: Form, words: str) -> Kind:
    return Kind.DELAY if form.both and STILL_TRYING.search(words) else form.kind


def reports_in(mail: Mail, words: str, kind: Kind, within: re.Pattern[str] | None = None) -> list[Report]:
    """Report on each recipient that a notice names, and why.

    When it names nobody, X-Failed-Recipients or the original letter says who they are.
    """
    named = _others(mail, _named(words, within))
    if not named:
        reason = clean_line(words)[:_REASON]
        others = addresses(mail.header("X-Failed-Recipients")) or (sole_recipient(mail),)
        named = dict.fromkeys(others[:_MOST], reason)
    return [_report(kind, address, reason) for address, reason in named.items()]


def _others(mail: Mail, named: dict[str, str]) -> dict[str, str]:
    """Leave out those whom the notice went to, and whom it says to ask, unless nobody else is named."""
    ours = {*mail.recipients, mail.sender}
    others = {
        address: reason
        for address, reason in named.items()
        if address not in ours and "." in address.rpartition("@")[2] and not address.startswith("postmaster@")
    }
    return others or named


def _named(words: str, within: re.Pattern[str] | None) -> dict[str, str]:
    """Map each address to the words between it and the next other one; of two such pieces, the one with a code."""
    found: dict[str, str] = {}
    matches = (list(within.finditer(words)) if within else []) or list(_LINE.finditer(words))
    mentions = [(tidy(match["address"]), match.end("address"), match.start()) for match in matches[: _MOST * 4]]
    firsts = [one for place, one in enumerate(mentions) if place == 0 or mentions[place - 1][0] != one[0]]
    for (address, begins, _), (_, _, ends) in pairwise([*firsts, ("", 0, len(words))]):
        reason = clean_line(_MAILTO.sub("", words[begins : min(ends, begins + _REASON * 2)]))
        reason = reason[:_REASON].lstrip(">)\"'] :;,.")
        if address not in found or (code_in(reason) and not code_in(found[address])):
            found[address] = reason
    return dict(list(found.items())[:_MOST])


def _report(kind: Kind, address: str, reason: str) -> Report:
    severity = {Kind.BOUNCE: severity_of(code_in(reason), reason), Kind.DELAY: Severity.TRANSIENT}.get(kind)
    return Report(kind, severity, code_in(reason) if kind is not Kind.DELIVERED else "", address, "", reason)
