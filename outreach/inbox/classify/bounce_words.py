"""The words by which mail systems begin a notice that follows no standard, in the languages they write; data only."""

import re


def _pattern(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?:\[[^\]]{1,40}\] {0,3})?(?:" + "|".join(words) + ")", re.IGNORECASE)


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
