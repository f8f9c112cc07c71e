"""Lists what mail programs write above the message that they quote or forward, by language; words only.

Sources: the programs' own words, as they stand in mail: Outlook, Outlook on the web and for phones, Exchange, Gmail,
Apple Mail, Thunderbird, Yahoo, Proton, Zoho, Yandex, Mail.ru, Notes, GroupWise, Zimbra, Roundcube, GMX, T-Online,
Orange and QQ, in the display languages that missions use. Compared with the lists of crisp-oss/email-forward-parser
(MIT, commit 00f1351), of which no code is in here. Read in quotes.py. Forms are regular expressions over text in lower
case, without captures, one to a line.
"""

from collections.abc import Sequence


def forms(lines: str) -> tuple[str, ...]:
    """Read a list of forms: one to a line; what stands after two blanks and # names their languages."""
    return tuple(form for line in lines.splitlines() if (form := line.partition("  #")[0].strip()))


def any_of(*groups: Sequence[str]) -> str:
    """Write an expression that matches any form of these lists."""
    return "(?:" + "|".join(form for group in groups for form in group) + ")"


# The names of copied headers. Programs mix languages: Gmail's forwards have "Od:" and then "Date:", "Subject:", "To:".
FROM = forms(
    r"""
    from  # en; Outlook on the web in all languages
    de  # fr es pt
    von  # de
    da  # it
    van  # nl
    från  # sv
    fra  # no da
    lähettäjä  # fi
    od  # pl cs sk hr sl
    nadawca  # pl
    šalje  # hr
    feladó  # hu
    expeditor(?:ul)?  # ro
    de la  # ro
    от(?: кого)?  # ru bg
    отправитель  # ru
    від(?: кого)?  # uk
    kimden  # tr
    gönderen  # tr
    από  # el
    saatja  # et
    no  # lv
    nuo  # lt
    من  # ar
    מאת  # he
    发件人  # zh
    寄件者  # zh
    差出人  # ja
    送信者  # ja
    보낸\s?사람  # ko
    """
)
SENT = forms(
    r"""
    sent  # en; Outlook on the web in all languages
    date(?: sent)?  # en fr
    envoy[ée](?: le| par)?  # fr
    date d['’]envoi  # fr
    enviad[oa](?: el| em)?  # es pt
    fecha(?: de env[íi]o)?  # es
    gesendet(?: am)?  # de
    datum  # de sv nl cs hr
    inviato(?: il)?  # it
    data  # it pt pl
    verzonden  # nl
    skickat  # sv
    sendt  # no da
    dato  # no da
    lähetetty  # fi
    päiv(?:äys|ämäärä)  # fi
    wysłan[oey]  # pl
    odesláno  # cs
    odoslané  # sk
    dátum  # sk hu
    poslano  # sl hr
    elküldve  # hu
    küldve  # hu
    trimis(?: la)?  # ro
    dat[ăa]  # ro
    отправлено  # ru
    дата(?: отправки| и время)?  # ru uk bg
    надіслано  # uk
    відправлено  # uk
    изпратено  # bg
    gönderi(?:len|ldi|lme tarihi)  # tr
    tarih  # tr
    στάλθηκε  # el
    ημερομηνία  # el
    saadetud  # et
    تاريخ(?: الإرسال)?  # ar
    التاريخ  # ar
    تم الإرسال  # ar
    נשלח  # he
    发送(?:时间|日期)  # zh
    日期  # zh
    寄件日期  # zh
    送信日時  # ja
    日付  # ja
    日時  # ja
    보낸\s?날짜  # ko
    날짜  # ko
    """
)
TO = forms(
    r"""
    to  # en
    [àa]  # fr it
    pour  # fr
    destinataires?  # fr
    para  # es pt
    an  # de
    aan  # nl
    till  # sv
    til  # no da
    vastaanottaja  # fi
    do  # pl
    adresat  # pl
    komu  # cs sk
    pre  # sk
    prima  # hr
    címzett  # hu
    către  # ro
    destinatar(?:ul)?  # ro
    кому  # ru uk
    до  # bg
    kime  # tr
    alıcı  # tr
    προς  # el
    إلى  # ar
    אל  # he
    收件人  # zh
    收件者  # zh
    宛先  # ja
    받는\s?사람  # ko
    """
)
CC = forms(
    r"""
    b?cc
    cc\s?n?
    copie(?: [àa])?  # fr
    kopie(?: \(cc\))?  # de cs nl
    kopia(?: till)?  # sv pl
    kopi(?: til)?  # no da
    kopio  # fi
    dw  # pl
    kópia  # sk
    másolat(?:ot kap)?  # hu
    копия  # ru
    копія  # uk
    bilgi  # tr
    κοιν\.?  # el
    نسخة(?: إلى)?  # ar
    抄送  # zh
    副本  # zh
    참조  # ko
    """
)
SUBJECT = forms(
    r"""
    subject  # en
    objet  # fr
    sujet  # fr
    asunto  # es
    betreff  # de
    oggetto  # it
    assunto  # pt
    onderwerp  # nl
    ämne  # sv
    emne  # no da
    aihe  # fi
    temat  # pl
    předmět  # cs
    věc  # cs
    predmet  # sk hr
    zadeva  # sl
    naslov  # hr
    tárgy  # hu
    subiect(?:ul)?  # ro
    тема  # ru uk
    относно  # bg
    konu  # tr
    θέμα  # el
    teema  # et
    الموضوع  # ar
    נושא  # he
    主题  # zh
    主旨  # zh
    件名  # ja
    제목  # ko
    """
)
OTHER = forms(
    r"""
    reply-to|importance|sensitivity|priority|attachments?|organi[sz]ation|message-id|resent-.{1,20}
    répondre à|importance|pièces? jointes?  # fr
    responder a|importancia|adjuntos|datos adjuntos  # es
    antwort an|wichtigkeit|priorität|anlagen?  # de
    svara till|prioritet|bifogade filer  # sv
    viktighet|vedlegg|svar til  # no da
    ważność|załączniki|odpowiedź-do  # pl
    důležitost|přílohy  # cs
    dôležitosť|prílohy  # sk
    важность|вложения|приоритет  # ru
    важливість|вкладення  # uk
    """
)

# "On 3 October 2022, A. Example wrote:": the verb.
WROTE = forms(
    r"""
    wrote|writes|said  # en
    (?:a |à )?[ée]crit  # fr
    escribi[óo](?: lo siguiente)?  # es
    schrieb|schreef|geschreven|geschrieben  # de nl
    ha scritto  # it
    escreveu  # pt
    skrev(?: följande| følgende)?  # sv no da
    kirjoitti  # fi
    pisze|napisał\(?a?\)?|napisała  # pl
    napsal\(?a?\)?|napsala?|píše  # cs
    napísal\(?a?\)?|napísala?  # sk
    napisa[ol]a?(?: je)?  # hr sl
    a scris  # ro
    írta  # hu
    пишет|написал\(?а?\)?|написала?|писал\(?а?\)?  # ru
    пише|написав(?:\(ла\))?|написала|пишуть  # uk
    написа  # bg
    yazdı|yazmış  # tr
    έγραψε  # el
    kirjutas  # et
    rakstīja  # lv
    rašė  # lt
    """
)
WROTE_UNBOUNDED = forms(
    r"""
    كتب(?:ت)?|تمت كتابة  # ar
    写道  # zh
    寫道  # zh
    のメッセージ|書きました  # ja
    작성  # ko
    כתב  # he
    """
)

# How such a line begins, apart from a date in figures: the first word, or the day of the week.
OPENINGS = forms(
    r"""
    on|le|el|il|em|am|op|den|dne|dňa|dnia|no dia|in data|a las|la data|la|în|pe|vào|at|på
    w dniu|u|v|в|у|на
    (?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?  # en
    (?:lun|mar|mer|mié|jeu|jue|ven|vie|sam|sáb|dim|dom|gio|mié|sab)(?:\w{2,5})?  # fr es it
    (?:seg|ter|qua|qui|sex)(?:\w{1,12})?  # pt
    (?:mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo)  # de nl
    (?:mån|tis|ons|tor|fre|lör|sön|man|tir|lør|søn)(?:s?dag)?  # sv no da
    (?:ma|ti|ke|to|pe|la|su)  # fi
    (?:pon|wt|śr|czw|pt|sob|niedz|ndz?)(?:\w{1,9})?  # pl
    (?:po|út|st|čt|pá|so|ne|ut|št|pi)  # cs sk
    (?:пн|вт|ср|чт|пт|сб|вс|нд)  # ru uk
    понедельник|вторник|среда|четверг|пятница|суббота|воскресенье  # ru
    понеділок|вівторок|середа|четвер|п['’]ятниця|субота|неділя  # uk
    (?:pzt|sal|çar|per|cum|cmt|paz)  # tr
    在|于|於  # zh
    στις|την?|κυρ|δευ|τρ[ιί]|τετ|πέμ|παρ|σάβ  # el
    في|بتاريخ|يوم|ب?תאריך|ביום|ב  # ar he
    """
)
# Words that end a line in the middle of such a sentence with a full stop, because they are short for something.
ABBREVIATIONS = frozenset(
    """
    jan janv ene gen янв янв. févr fév feb фев февр feb mars mar мар märz mrt abr avr apr apr апр avril mai may maj мая
    juin jun июн juni juil jul июл lug août aug ago авг sept sep сен сент set oct okt ott out окт нояб ноя nov déc dec
    dic dez dés дек des gru paź lis wrz sie lip cze kwi sty lut г р a.m p.m m kl uhr h
    пн вт ср чт пт сб вс нд dr mr mrs ms mme prof st hr нояб сент февр янв
    lun mar mer jeu ven sam dim mié jue vie sáb dom mo di mi do fr sa so seg ter qua qui sex ma wo vr za zo
    """.split()  # noqa: SIM905 - a list of words reads best as words
)

# Between dashes, above the message that is answered; with most programs its headers follow.
ORIGINAL = forms(
    r"""
    (?:the )?original (?:message|e-?mail|appointment)  # en
    message (?:d['’]origine|original|initial)|(?:mail|courriel) original|rendez-vous d['’]origine  # fr
    (?:mensaje|correo) original|cita original  # es
    urspr[üu](?:e)?ngliche(?:r|s)? (?:nachricht|mail|e-?mail|termin)|original-?nachricht|originalnachricht  # de
    messaggio originale  # it
    mensagem original  # pt
    oorspronkelijk bericht|origineel bericht  # nl
    (?:ursprungligt|originalt?) ?meddelande|ursprungligt mejl  # sv
    opprinnelig melding|original ?melding|oprindelig (?:meddelelse|besked|mail)  # no da
    alkuperäinen viesti  # fi
    (?:oryginalna )?wiadomość oryginalna|oryginalna wiadomość|treść oryginalnej wiadomości  # pl
    původní (?:zpráva|e-?mail)  # cs
    pôvodná správa  # sk
    izvirno sporočilo|izvorna poruka  # sl hr
    eredeti üzenet  # hu
    mesaj(?:ul)? (?:original|inițial)  # ro
    исходное сообщение|оригинальное сообщение|исходное письмо  # ru
    (?:вихідне|оригінальне|початкове) повідомлення  # uk
    оригинално съобщение  # bg
    (?:özgün|orijinal) (?:ileti|mesaj)  # tr
    αρχικό μήνυμα  # el
    الرسالة الأصلية  # ar
    ההודעה המקורית  # he
    original|原始(?:邮件|郵件|信件)|原邮件  # zh
    元のメッセージ|original message  # ja
    원본 (?:메시지|메일)  # ko
    """
)
FORWARDED = forms(
    r"""
    forwarded (?:message|by)|begin forwarded message|fwd\.?\s?msg  # en
    message (?:transf[ée]r[ée]|transmis|réexpédié)|début du message (?:réexpédié|transféré)  # fr
    mensaje reenviado|inicio del mensaje reenviado  # es
    weitergeleitete(?:r)? (?:nachricht|mail|e-?mail)|anfang der weitergeleiteten (?:nachricht|e-?mail)  # de
    (?:inizio )?messaggio inoltrato  # it
    (?:início da )?mensagem (?:re)?encaminhada  # pt
    (?:begin )?doorgestuurd bericht  # nl
    vidarebefordrat (?:meddelande|mejl)|vidaresänt meddelande  # sv
    videresendt (?:melding|meddelelse)|start på videresendt (?:besked|melding)  # no da
    (?:edelleen)?lähetetty viesti|välitetty viesti(?: alkaa)?  # fi
    (?:przekazana wiadomość|początek przekazywanej wiadomości|treść przekazanej wiadomości)  # pl
    (?:přeposlaná zpráva|začátek přeposílané zprávy)  # cs
    (?:preposlaná správa|začiatok preposlanej správy)  # sk
    posredovano sporočilo|proslijeđena poruka|započni proslijeđenu poruku  # sl hr
    továbbított (?:üzenet|levél)(?: kezdete)?  # hu
    (?:începe )?mesaj(?:ul)? redirecționat  # ro
    (?:пересылаемое|перенаправленное|переадресованное) (?:сообщение|письмо)|начало переадресованного сообщения  # ru
    (?:переслане|перенаправлене) повідомлення|початок листа, що пересилається  # uk
    препратено съобщение  # bg
    (?:iletilen|iletilmiş|yönlendirilen) (?:ileti|mesaj)|ileti başlangıcı  # tr
    رسالة معاد توجيهها|رسالة محولة  # ar
    转发(?:邮件|的邮件)|轉寄郵件  # zh
    転送(?:された)?メッセージ  # ja
    """
)
# What programs put before the subject of a message that is passed on.
FORWARD_PREFIXES = forms(
    r"""
    fwd?  # en and most
    tr  # fr
    rv  # es
    wg  # de
    i  # it
    enc  # pt
    doorst  # nl
    vb  # sv
    vs|videresend  # no da
    vl  # fi
    pd  # pl
    redir\.?  # ro
    переслать|пересл  # ru
    i̇lt|ilt  # tr
    转发|轉寄|转寄  # zh
    """
)

# Who speaks above a quote of answers, and of a place in the text or a colour, wrote them into the quote.
ANSWERS = forms(
    r"""
    answer|repl(?:y|ie)|respon[sd]|comment|remark|feedback|input|\bsee\b|\bfind\b  # en
    r[ée]pon[sd]|voir|trouve|observation|commentaire  # fr
    respuesta|respond|comentario|\bver\b|v[ée]ase|encontrar  # es
    antwort|kommentar|anmerkung|siehe|rispost|\bvedi|respost|coment|antwoord|reactie|opmerking|\bzie\b  # de it pt nl
    svar|\bse\b|vastau|kommen|katso|odpowied|komentarz|uwag|patrz|\bzob|odpov|komentář|\bviz\b  # sv no da fi pl cs sk
    ответ|комментари|смотри|\bсм\.|відповід|коментар|\bдив\.  # ru uk
    yanıt|cevap|yorum|\bرد|إجاب|تعليق  # tr ar
    """
)
PLACES = forms(
    r"""
    \bbelow\b|in-?line\b|\bin (?:red|blue|green|bold|colou?r|capitals)\b  # en
    in (?:your|the) (?:text|message|e-?mail|letter)\b  # en
    ci-dessous|ci-apr[èe]s|plus bas|en (?:rouge|bleu|vert|gras)\b|dans (?:le|votre) (?:texte|message|corps)  # fr
    \babajo\b|a continuaci[óo]n|en (?:rojo|azul|negrita)\b|en el (?:texto|mensaje)  # es
    \bunten\b|im text\b|in (?:rot|blau|fett)\b|nachstehend|in (?:rosso|blu|grassetto)\b|nel testo|di seguito  # de it
    qui sotto  # de it
    abaixo|em (?:vermelho|azul|negrito)\b|no texto|hieronder|in (?:het )?(?:rood|blauw)\b|in de tekst  # pt nl
    \bnedan\b|nedenfor|herunder|i (?:rött|rødt|blått|blåt)\b|i texten|i teksten|\balla\b|punaisella  # sv no da fi
    tekstin seas  # sv no da fi
    poniżej|na czerwono|w tekście|níže|červeně|v textu|nižšie|červen  # pl cs sk
    \bниже\b|красным|в тексте|по тексту|нижче|червоним|у тексті  # ru uk
    aşağıda|kırmızı|أدناه|بالأحمر  # tr ar
    """
)
