"""Holds the words beside which a mail names a new address or a day of return, in nine languages; reads nothing.

Each is a regular expression for a text that `fold` has written: lower case, without accents. The patterns are folded,
too, so they are written here as people write; only lower-case escapes can stand in them.
"""

import re
from collections.abc import Mapping

from outreach.inbox.classify.phrases import fold

# This mailbox is gone, and what is named next takes its place.
_GONE = {
    "en": (
        (
            r"(?:no longer|not any ?more|not any longer) (?:be |being |be being )?(?:in use|used|valid|active|"
            r"monitored|in service|exist|operational|checked|maintained)"
        ),
        (
            r"(?:address|mailbox|inbox|account|e-?mail) (?:has been|was|is|will be) (?:closed|deactivated|"
            r"decommissioned|discontinued|replaced|retired|deleted|disabled|abandoned)"
        ),
        r"no longer exists?",
        r"(?:have|has) left the (?:permanent )?(?:mission|embassy|ministry|delegation)",
        r"no longer works? (?:at|for|in|with|here)",
    ),
    "fr": (
        r"n'est plus (?:en service|en usage|utilis|valable|valide|activ|consult|fonctionnel|relev|op[ée]rationnel)",
        r"n'existe plus",
        r"(?:adresse|bo[iî]te|compte|messagerie)[^.]{0,40} (?:a été|est|sera) (?:ferm|supprim|d[ée]sactiv|remplac)",
        r"ne travaille plus (?:à|au|dans|pour)",
    ),
    "es": (
        (
            r"ya no (?:está (?:en uso|activ|vigente|operativ|habilitad)|se (?:usa|utiliza|revisa|consulta)|existe|"
            r"es v[áa]lid|es utilizad|funciona|trabajo)"
        ),
        r"ha sido (?:cerrad|desactivad|dad[oa] de baja|reemplazad|sustituid)",
        r"dej[óo] de (?:usarse|utilizarse|existir|funcionar)",
    ),
    "de": (
        (
            r"nicht (?:mehr|länger) (?:\w+ )?(?:genutzt|verwendet|benutzt|gültig|aktiv|in betrieb|in gebrauch|gelesen|"
            r"abgerufen|betreut|bei der|in der)"
        ),
        r"existiert nicht mehr",
        (
            r"(?:adresse|postfach|konto)[^.]{0,40} (?:abgeschaltet|geschlossen|stillgelegt|deaktiviert|gelöscht|"
            r"abgelöst|ersetzt)"
        ),
    ),
    "it": (
        r"non (?:è|sarà) più (?:in uso|attiv|valid|utilizzat|presidiat|operativ|consultat|in funzione)",
        r"non esiste più",
        r"(?:indirizzo|casella|account)[^.]{0,40} (?:dismess|chius|disattivat|sostituit)",
        r"non lavoro più",
    ),
    "pt": (
        r"(?:já não|não) (?:está|é|se encontra) (?:mais )?(?:em uso|em funcionamento|ativ|activ|válid|utilizad|usad)",
        r"já não (?:existe|funciona|se usa|se utiliza)",
        r"não existe mais",
        r"deixou de (?:existir|funcionar|ser (?:usad|utilizad))",
        r"foi (?:desativad|desactivad|encerrad|substituíd)",
    ),
    "ru": (
        r"(?:больше|более|уже) не (?:использует|действует|работает|существует|обслуживает|проверяет|актив)",
        r"не используется",
        r"(?:адрес|ящик)[^.]{0,40} (?:закрыт|отключен|удален|упразднен)",
    ),
    "ar": (
        r"لم [يت]عد[^.]{0,40}(?:مستخدم|قيد الاستخدام|صالح|[يت]عمل|فعال|قائم|موجود)",
        r"(?:تم|جرى) (?:إغلاق|إلغاء|إيقاف)[^.]{0,20}(?:بريد|عنوان|صندوق)",
    ),
    "nl": (
        r"niet (?:meer|langer) (?:\w+ )?(?:in gebruik|gebruikt|actief|geldig|gelezen|beheerd)",
        r"bestaat niet (?:meer|langer)",
        r"(?:adres|postbus|mailbox)[^.]{0,40} (?:opgeheven|gesloten|vervangen)",
    ),
}
# The address that is named is the new one.
_NEW = {
    "en": (
        r"new (?:\w+ ){0,2}?(?:e-?mail|mail|address|mailbox|inbox)\b",
        r"(?:address|e-?mail|mailbox|inbox|account)[^.]{0,60} (?:changed|moved|migrated)\b",
        r"has (?:moved|changed) to",
    ),
    "fr": (
        r"nouvelle (?:\w+ ){0,2}?(?:adresse|bo[iî]te|messagerie)",
        r"nouveau (?:courriel|mail|e-mail|mél)",
        r"(?:adresse|courriel|e-mail)[^.]{0,40} (?:a changé|change|a été modifié|devient)",
    ),
    "es": (
        r"nuev[oa] (?:\w+ ){0,2}?(?:dirección|correo|e-?mail|buzón)",
        r"(?:dirección|correo|e-?mail)[^.]{0,40} (?:ha cambiado|cambió|cambia)",
    ),
    "de": (
        r"neue[nrs]? (?:\w+[ -]){0,2}?(?:e-?mail|mail|adresse|postfach|anschrift)",
        r"(?:adresse|e-?mail|postfach)[^.]{0,40} (?:hat sich geändert|geändert|lautet (?:nun|jetzt|neu)|umgezogen)",
    ),
    "it": (
        r"nuov[oa] (?:\w+ ){0,2}?(?:indirizzo|casella|e-?mail|posta)",
        r"(?:indirizzo|casella|e-?mail)[^.]{0,40} (?:è cambiat|è stat[oa] (?:cambiat|modificat)|diventa)",
    ),
    "pt": (
        r"nov[oa] (?:\w+ ){0,2}?(?:endereço|e-?mail|correio|caixa)",
        r"(?:endereço|e-?mail|correio)[^.]{0,40} (?:mudou|foi alterad|alterou-se|passou a ser)",
    ),
    "ru": (
        r"нов(?:ый|ого|ому|ом) (?:\w+ ){0,2}?(?:адрес|ящик|e-?mail|электронн)",
        r"(?:адрес|почт)[^.]{0,40} (?:изменил|изменен|сменил|поменял)",
    ),
    "ar": (
        r"(?:العنوان|البريد|عنوان|بريد)[^.]{0,40}جديد",
        r"(?:تغير|تم تغيير|تغيير)[^.]{0,30}(?:عنوان|بريد)",
    ),
    "nl": (
        r"nieuwe? (?:\w+[ -]){0,2}?(?:e-?mail|mail|adres|e-?mailadres|mailbox)",
        r"(?:adres|e-?mailadres|mailbox)[^.]{0,40} (?:gewijzigd|veranderd)",
    ),
}
# Somebody to write to for a while: no new address, whatever stands beside it.
_MEANWHILE = {
    "en": ((r"absence|absent|urgent|meantime|meanwhile|out of (?:the )?office|on (?:\w+ )?leave|vacation|holiday|away|"
           r"until|till\b|while i\b|emergenc|temporar"),),
    "fr": (r"absen|urgen|entre-?temps|en attendant|congé|vacances|jusqu'|provisoire|temporaire",),
    "es": (r"ausen|urgen|mientras tanto|entretanto|vacaciones|licencia|hasta\b|provisional|temporal",),
    "de": ((r"abwesen|dringend|eilig|zwischenzeit|unterdessen|urlaub|ferien|vertretung (?:ist|übernimmt)|"
           r"bis (?:zum|\d)|vorübergehend"),),
    "it": (r"assen[tz]|urgen|nel frattempo|ferie|congedo|fino al|provvisori|temporane",),
    "pt": (r"ausen|ausên|urgen|urgên|entretanto|enquanto isso|férias|licença|até\b|provisóri|temporári",),
    "ru": (r"отсутств|срочн|отпуск|командировк|временно|на это время|\bдо \d",),
    "ar": (r"غياب|عاجل|الطارئ|إجازة|في هذه الأثناء|حتى|مؤقت",),
    "nl": (r"afwezig|dringend|spoed|intussen|ondertussen|vakantie|verlof|tot (?:en met|\d)|tijdelijk",),
}  # fmt: skip
# Right before an address: it is the old one.
_OLD = {
    "en": r"from|instead of|not to|formerly|previously|old address|replac(?:es|ing)|rather than",
    "fr": r"au lieu de|et non à|anciennement|ancienne adresse|remplace",
    "es": r"en lugar de|en vez de|anteriormente|antes|antigua dirección|reemplaza a?|sustituye a",
    "de": r"von|statt|anstelle von|anstatt|früher|bisher|vormals|alte adresse|ersetzt",
    "it": r"invece di|al posto di|anziché|in precedenza|vecchio indirizzo|sostituisce",
    "pt": r"em vez de|em lugar de|anteriormente|antigo endereço|substitui",
    "ru": r"вместо|с|ранее|прежний адрес|старый адрес|взамен",
    "ar": r"بدلا من|من|سابقا|القديم",
    "nl": r"van|in plaats van|voorheen|oude adres|vervangt",
}
# Away until a day: counts only where the mail speaks of an absence.
_UNTIL = {
    "en": r"until|till|through|up to",
    "fr": r"jusqu'(?:au|à|en)",
    "es": r"hasta",
    "de": r"bis",
    "it": r"(?:fino|sino) (?:al|a)|fino all'",
    "pt": r"até",
    "ru": r"до|по",
    "ar": r"حتى|لغاية|إلى غاية",
    "nl": r"tot|t/m",
}
# From one day to another, which is "until", too.
_RANGE = {
    "en": ("from", "to"),
    "fr": ("du", "au"),
    "es": ("del", "al"),
    "it": ("dal(?:l')?", "al(?:l')?"),
    "pt": ("de", "a"),
    "ar": ("من", "إلى"),
}
_BACK = {
    "en": (r"back (?:in (?:the |my )?office |at work |at my desk |in geneva |at the mission )?(?:on|from|by|as of)|"
           r"return(?:ing|s)? (?:to (?:the |my )?(?:office|work|mission|desk|geneva) )?(?:on|from|by)|"
           r"resume (?:work|duties|duty) on"),
    "fr": (r"de retour (?:au bureau |à la mission )?(?:le|à partir du|dès le|à compter du|au bureau)|"
           r"(?:reviendrai|rentrerai|retour|reprendrai (?:mes fonctions|le travail)) le|"
           r"retour (?:au bureau )?(?:prévu )?le"),
    "es": (r"de (?:vuelta|regreso) (?:en la oficina |a la oficina )?(?:el|a partir del)|"
           r"(?:volveré|regresaré|regreso|vuelvo|reincorporaré|reincorporo)(?: a la oficina)? el"),
    "de": (r"wieder (?:im büro |im haus |erreichbar |da |zurück |im dienst )?(?:ab|am)|zurück (?:im büro )?(?:ab|am)|"
           r"kehre am"),
    "it": (r"(?:rientrerò|tornerò|rientro|ritorno|di ritorno)(?: in (?:ufficio|sede))?(?: previsto)? (?:il|dal)|"
           r"di nuovo in (?:ufficio|sede) (?:il|dal)"),
    "pt": (r"(?:de volta|regresso|retorno|regressarei|retornarei|voltarei)(?: ao (?:escritório|serviço|trabalho))? "
           r"(?:em|no|a partir de|a)"),
    "ru": (r"(?:вернусь|вернется|возвращаюсь|возвращается)|"
           r"(?:буду|выйду|выхожу) на (?:работе|работу|рабочем месте|месте) с"),
    "ar": r"(?:سأعود|أعود|العودة|عودتي)(?: إلى (?:المكتب|العمل))?(?: في)?",
    "nl": (r"terug(?: op kantoor)? (?:op|vanaf)|weer (?:aanwezig|bereikbaar|terug|op kantoor) (?:op|vanaf)"),
}  # fmt: skip
# What may stand between such a word and its day.
_BETWEEN = """
    the of on and including incl inclusive monday tuesday wednesday thursday friday saturday sunday
    mon tue tues wed thu thur thurs fri sat sun
    le au du inclus compris lundi mardi mercredi jeudi vendredi samedi dimanche
    el día del lunes martes miércoles jueves viernes sábado domingo
    zum dem den einschließlich inkl und mit montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr
    il al giorno compreso lunedì martedì mercoledì giovedì venerdì sabato domenica
    o ao dia segunda-feira terça-feira quarta-feira quinta-feira sexta-feira segunda terça quarta quinta sexta
    понедельника вторника среды четверга пятницы субботы воскресенья понедельник вторник среду четверг пятницу
    يوم تاريخ الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد الموافق
    en met op t/m maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
""".split()  # noqa: SIM905 - a list of words reads best as words
_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feb mär apr mai jun jul aug sept okt nov dez",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
_LEVANT = ("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول",
           "تشرين الثاني", "كانون الأول")  # fmt: skip

MONTHS = {fold(name): number for names in (*map(str.split, _MONTHS), _LEVANT) for number, name in enumerate(names, 1)}


def _any(table: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    forms = [form for forms in table.values() for form in forms]
    return re.compile(fold(rf"(?<!\w)(?:{'|'.join(forms)})"))


GONE, NEW, MEANWHILE = _any(_GONE), _any(_NEW), _any(_MEANWHILE)
OLD_BEFORE = re.compile(fold(rf"(?<!\w)(?:{'|'.join(_OLD.values())})[\s:(<\"'«“]*$"))
# What bounces say: RFC 5321, section 3.4 (551), and RFC 3463 (X.1.6).
MOVED = re.compile(r"(?:has |have |was )?moved to|new (?:e-?mail )?address|please try|changed to|forwarding address")

_NUMBER = r"(?P<day{n}>\d{{1,2}})(?:st|nd|rd|th|er|\.?º|\.?°)?\.?"
_MONTH = rf"(?P<month{{n}}>{'|'.join(sorted(map(re.escape, MONTHS), key=len, reverse=True))})(?!\w)\.?"
_YEAR = r"(?:,?\s+(?:(?:de|del|of|do|عام)\s+)?(?P<year{n}>20\d\d)(?!\d))?"
_DAY = "|".join(
    (
        r"(?P<year0>20\d\d)-(?P<month0>\d\d)-(?P<day0>\d\d)(?![\w/-])",
        (rf"{_NUMBER}\s+(?:(?:of|de|من)\s+)?{_MONTH}{_YEAR}").format(n=1),
        (rf"{_MONTH}\s+{_NUMBER}(?!\w){_YEAR}").format(n=2),
        r"(?P<one>\d{1,2})(?P<sign>[./-])(?P<two>\d{1,2})(?:(?P=sign)(?P<year3>20\d\d|\d\d)?)?(?![\w/-]|\.\d)",
    )
)
_FILL = rf"(?:(?:{'|'.join(sorted(map(re.escape, map(fold, _BETWEEN)), key=len, reverse=True))})[.,]?\s+){{0,3}}"
_FROM_TO = "|".join(
    rf"{fold(first)}\s+{_FILL}\d{{1,2}}[^\s\d]{{0,3}}(?:\s+(?:de\s+)?[^\s\d]{{3,10}})?(?:\s+20\d\d)?\s+{fold(last)}"
    for first, last in _RANGE.values()
)
_UNTIL_WORDS = "|".join(map(fold, _UNTIL.values()))
UNTIL = re.compile(rf"(?<!\w)(?:{_UNTIL_WORDS}|{_FROM_TO})\s+{_FILL}(?:{_DAY})")
BACK = re.compile(rf"(?<!\w)(?:{'|'.join(map(fold, _BACK.values()))})\s+{_FILL}(?:{_DAY})")
