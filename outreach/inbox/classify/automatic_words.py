"""Lists what machines write in subjects and bodies, by language; words only, judged in automatic.py.

A form belongs here when a program is known to write it, or when nobody who answers a letter would begin so. Forms are
regular expressions over text in lower case, without captures, one to a line.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LanguageForms:
    """The forms of one language.

    `subjects` begin a subject and end it, or are followed by a colon or a dash. `absences` and `receipts` stand near
    the start of a short text, and need a second sign beside them: `machine` says that it is one, `seconds` (for
    absences only) tell until when, and whom to write to instead. `substance` speaks of what we asked, which no machine
    does.
    """

    language: str
    subjects: tuple[str, ...]
    absences: tuple[str, ...]
    receipts: tuple[str, ...]
    seconds: tuple[str, ...]
    machine: tuple[str, ...]
    substance: tuple[str, ...]


def _forms(lines: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines.splitlines() if line.strip())


# What Exchange and Outlook put before the subject of the letter that they answer, with a colon, by display language.
OUTLOOK_PREFIXES = _forms(
    """
    Automatic reply
    Réponse automatique
    Respuesta automática
    Automatische Antwort
    Risposta automatica
    Resposta automática
    Automatisch antwoord
    Automatiskt svar
    Autosvar
    Automatisk svar
    Automaattinen vastaus
    Automatyczna odpowiedź
    Odpowiedź automatyczna
    Automatická odpověď
    Automatická odpoveď
    Automatikus válasz
    Răspuns automat
    Автоматический ответ
    Автоматична відповідь
    Автоматичен отговор
    Automatski odgovor
    Аутоматски одговор
    Samodejni odgovor
    Automaatvastus
    Automātiska atbilde
    Automatinis atsakymas
    Αυτόματη απάντηση
    Otomatik Yanıt
    Balasan otomatis
    Balasan automatik
    رد تلقائي
    الرد التلقائي
    תשובה אוטומטית
    自动答复
    自動回覆
    自動応答
    자동 회신
    ตอบกลับอัตโนมัติ
    Trả lời tự động
    """
)

ENGLISH = LanguageForms(
    language="en",
    subjects=_forms(
        r"""
        (?:i am |i'm )?(?:currently )?out of (?:the |my )?office(?: (?:auto-?)?(?:reply|response|message))?
        out of office notification
        auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|answer)(?: message)?
        auto
        (?:away|absence|vacation|holiday|leave) (?:message|notice|notification|reply|response|auto-?reply)
        (?:i am |i'm )?(?:currently )?on (?:annual |maternity |parental |sick |home )?(?:leave|vacation)
        away from (?:the |my )?(?:office|desk|mail|e-?mail)
        ooo|oof
        """
    ),
    absences=_forms(
        r"""
        i(?: am|['’]m| will be|['’]ll be) (?:currently |presently |now )?out of (?:the |my )?office
        i(?: am|['’]m| will be|['’]ll be) (?:currently |presently |now )?away from (?:the |my )?(?:office|desk)
        i(?: am|['’]m| will be|['’]ll be) (?:currently |presently |now )?(?:on (?:\w+ )?leave|on vacation|absent)
        is (?:currently )?(?:out of (?:the )?office|on (?:\w+ )?leave)
        (?:office|mission|embassy) (?:is|will be) closed
        no longer (?:work|serv)(?:s|es|ing)?
        (?:have|has) left the (?:mission|office|ministry)|(?:finished|completed) my (?:posting|tour|assignment)
        """
    ),
    receipts=_forms(
        r"""
        received (?:your|the) (?:e-?mail|message|enquiry|inquiry|request|mail|letter)
        your (?:e-?mail|message|enquiry|inquiry|request|mail) (?:has been|was|is) (?:well |successfully )?received
        thank you for (?:your (?:e-?mail|message|enquiry|inquiry)|contacting|writing to)
        (?:your|a) (?:ticket|request|case) (?:\S+ )?(?:has been|was) (?:created|opened|received|registered|logged)
        """
    ),
    seconds=_forms(
        r"""
        \b(?:until|till|through|returning|return on|back (?:on|in)|between|from)\b.{0,20}\d
        \b(?:until|till|returning|back) (?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b
        limited (?:or no )?access|no access to
        (?:in case of|for|in|if) (?:an? |your |any )?(?:urgen|emergenc|immediate)
        please (?:contact|write to|address|send|direct|call|e-?mail)
        (?:upon|on|after|when) (?:my return|i return|i am back)
        will (?:not be|be) (?:forwarded|read|checking|answered)
        """
    ),
    machine=_forms(
        r"""
        \bautomat(?:ic|ed|ically)\b
        \bauto-?(?:reply|response|generated)\b
        (?:do not|don't) (?:reply|respond|answer) to this
        \bunmonitored\b|\bnot monitored\b
        \b(?:ticket|case|request|reference) (?:id|no\.?|number|#)
        #\s?\d{4,}
        """
    ),
    substance=_forms(
        r"""
        \braised?\b|\byour letter\b|\bdialogue\b|\bstatement\b|\bdelegation\b
        \bambassador (?:will|has|is)\b|\bmission (?:will|has|acknowledges|presents|supports)\b
        """
    ),
)

FRENCH = LanguageForms(
    language="fr",
    subjects=_forms(
        r"""
        (?:message|notification|avis|notice) d[’']absence(?: du bureau)?
        absen(?:ce|te?|t\(e\)) (?:du|de|au) (?:bureau|bureaux)
        absence|absente?|absent\(e\)
        r[ée]ponse (?:automatique|d[’']absence)
        (?:message|courriel|accus[ée] de r[ée]ception) automatique
        je suis (?:actuellement )?(?:absente?|absent\(e\)|en (?:cong[ée]s?|mission|vacances))
        (?:actuellement )?en cong[ée]s?(?: annuels?| maternit[ée])?|hors du bureau
        """
    ),
    absences=_forms(
        r"""
        je (?:suis|serai) (?:actuellement |pr[ée]sentement )?(?:absente?|absent\(e\)|hors du bureau|indisponible)
        je (?:suis|serai) (?:actuellement |pr[ée]sentement )?en (?:cong[ée]s?|vacances|mission|d[ée]placement)
        (?:est|sera) (?:actuellement )?(?:absente?|absent\(e\)|en cong[ée]s?)
        actuellement (?:absente?|absent\(e\)|en cong[ée]s?|en mission)
        (?:bureau|mission|ambassade|bureaux) (?:est|sera|seront|sont) ferm[ée]e?s?
        j[’']ai quitt[ée] mes fonctions|je ne (?:travaille|fais) plus
        """
    ),
    receipts=_forms(
        r"""
        (?:nous avons|j[’']ai) bien re[çc]u votre (?:message|courriel|e-?mail|mail|demande|courrier)
        votre (?:message|courriel|e-?mail|mail|demande|courrier) (?:a [ée]t[ée]|a bien [ée]t[ée]|est) (?:bien )?\w
        nous (?:accusons|vous accusons) (?:bonne )?r[ée]ception
        nous vous remercions (?:de|pour) votre (?:message|courriel|e-?mail|mail|demande)
        merci (?:de|pour) votre (?:message|courriel|e-?mail|mail|demande)
        """
    ),
    seconds=_forms(
        r"""
        \b(?:jusqu[’']?(?:au|[àa])|de retour|retour le|du|d[èe]s le|[àa] partir du|entre le)\b.{0,20}\d
        (?:en cas|pour (?:toute|les)|si) .{0,20}urgen
        (?:veuillez|merci de|vous pouvez|pri[èe]re de) (?:vous adresser|contacter|adresser|[ée]crire|joindre)
        [àa] mon retour|d[èe]s mon retour
        acc[èe]s (?:limit[ée]|restreint|intermittent)|pas acc[èe]s
        """
    ),
    machine=_forms(
        r"""
        \b(?:automatique(?:ment)?|automatis[ée]e?)\b
        \bne pas r[ée]pondre [àa] ce|\bne r[ée]pondez pas
        \b(?:ticket|dossier|demande) (?:n[°ºo]|num[ée]ro|#)
        #\s?\d{4,}
        """
    ),
    substance=_forms(
        r"""
        \bvotre lettre\b|\bdialogue\b|\bd[ée]claration\b|\bd[ée]l[ée]gation\b|\brepr[ée]sailles\b
        \bsoul[èe]ve|\bambassad(?:eur|rice) (?:va|a|est)\b|\bmission permanente (?:a|accuse|pr[ée]sente|soutient)\b
        """
    ),
)

SPANISH = LanguageForms(
    language="es",
    subjects=_forms(
        r"""
        (?:estoy |me encuentro )?fuera de (?:la |mi )?oficina
        auto-?respuesta|respuesta (?:autom[áa]tica|de ausencia)|mensaje autom[áa]tico
        (?:aviso|mensaje|notificaci[óo]n) de ausencia
        ausencia|ausente(?: de la oficina)?
        (?:estoy |me encuentro )?de (?:vacaciones|licencia|permiso)|vacaciones
        """
    ),
    absences=_forms(
        r"""
        (?:estoy|estar[ée]|me encuentro|me encontrar[ée]) (?:actualmente )?fuera de (?:la |mi )?oficina
        (?:estoy|estar[ée]|me encuentro|me encontrar[ée]) (?:actualmente )?(?:ausente|en comisi[óo]n)
        (?:estoy|estar[ée]|me encuentro|me encontrar[ée]) (?:actualmente )?de (?:vacaciones|licencia|permiso|viaje)
        (?:est[áa]|estar[áa]) (?:actualmente )?(?:ausente|fuera de la oficina|de vacaciones)
        (?:oficina|misi[óo]n|embajada) (?:est[áa]|estar[áa]|permanecer[áa]) cerrada
        ya no (?:trabajo|presto servicio)|he (?:dejado|concluido) mis? (?:puesto|funciones|misi[óo]n)
        """
    ),
    receipts=_forms(
        r"""
        (?:hemos|he) recibido su (?:mensaje|correo|solicitud|consulta|e-?mail)
        su (?:mensaje|correo|solicitud|consulta|e-?mail)(?: electr[óo]nico)? (?:ha sido|fue) (?:recibid|registrad)
        (?:acusamos|se acusa|confirmamos) (?:el )?(?:recibo|la recepci[óo]n)
        gracias por (?:su (?:mensaje|correo|consulta)|contactar|escribir|comunicarse)
        """
    ),
    seconds=_forms(
        r"""
        \b(?:hasta el|hasta|a partir del?|del|regres(?:o|ar[ée])|desde el)\b.{0,25}\d
        (?:en caso|para|si) .{0,20}urgen
        (?:por favor|favor de|puede|s[íi]rvase|rogamos) .{0,12}(?:contact|dirigi|escrib|comuni|llam)
        a mi (?:regreso|vuelta|retorno)
        acceso (?:limitado|restringido)|sin acceso
        """
    ),
    machine=_forms(
        r"""
        \bautom[áa]tic(?:o|a|amente)\b
        no (?:responda|conteste|responder) (?:a )?este
        \b(?:ticket|caso|solicitud|incidencia) (?:n[°ºo]|n[úu]mero|#)
        #\s?\d{4,}
        """
    ),
    substance=_forms(
        r"""
        \bsu carta\b|\bdi[áa]logo\b|\bdeclaraci[óo]n\b|\bdelegaci[óo]n\b|\brepresalias\b
        \bplantear|\bembajador[a]? (?:va|ha|est[áa])\b|\bmisi[óo]n permanente (?:ha|acusa|saluda|apoya)\b
        """
    ),
)

GERMAN = LanguageForms(
    language="de",
    subjects=_forms(
        r"""
        abwesenheit(?:s(?:notiz|meldung|nachricht|benachrichtigung|assistent|hinweis|info))?
        automatische (?:antwort|r[üu]ckmeldung|abwesenheitsnotiz|empfangsbest[äa]tigung|e-?mail-antwort)
        auto(?:matische)?-?antwort
        (?:ich bin )?(?:derzeit |zur zeit |momentan )?(?:abwesend|nicht im (?:b[üu]ro|haus))
        (?:ich bin )?(?:derzeit |zur zeit |momentan )?(?:(?:im|in) urlaub|au(?:ß|ss)er haus)
        """
    ),
    absences=_forms(
        r"""
        ich bin .{0,60}?(?:nicht (?:im|in meinem) b[üu]ro|nicht (?:im|am) (?:haus|arbeitsplatz))
        ich bin .{0,60}?(?:abwesend|au(?:ß|ss)er haus|nicht erreichbar)
        (?:ich bin|befinde mich) .{0,60}?(?:(?:im|in) (?:urlaub|ferien|den ferien|elternzeit)|auf dienstreise)
        ist .{0,40}?(?:au(?:ß|ss)er haus|abwesend|nicht im b[üu]ro)
        (?:b[üu]ro|vertretung|botschaft) (?:ist|bleibt) .{0,40}?geschlossen
        """
    ),
    receipts=_forms(
        r"""
        (?:wir haben|ich habe) ihre (?:e-?mail|nachricht|anfrage|mail) (?:erhalten|empfangen)
        ihre (?:e-?mail|nachricht|anfrage|mail) (?:ist|wurde) .{0,30}?(?:eingegangen|empfangen|registriert)
        dank(?:e)? f[üu]r ihre (?:e-?mail|nachricht|anfrage|mail)
        """
    ),
    seconds=_forms(
        r"""
        \b(?:bis|vom|ab|zur[üu]ck am|wieder (?:am|ab))\b.{0,20}\d
        in dringenden|bei dringenden|im notfall|dringende
        wenden sie sich|kontaktieren sie|schreiben sie
        nach meiner r[üu]ckkehr|bei meiner r[üu]ckkehr
        (?:werden|wird) nicht (?:weitergeleitet|gelesen)|eingeschr[äa]nkt
        """
    ),
    machine=_forms(
        r"""
        \b(?:automatisch|automatisiert|maschinell)
        nicht auf diese (?:e-?mail|nachricht|mail)
        \b(?:ticket|vorgang|vorgangsnummer|ticketnummer)\b
        #\s?\d{4,}
        """
    ),
    substance=_forms(
        r"""
        \bihr schreiben\b|\bdialog\b|\berkl[äa]rung\b|\bdelegation\b|\brepressalien\b
        \bansprechen\b|\bbotschafter(?:in)? (?:wird|hat|ist)\b
        """
    ),
)

LANGUAGES = (ENGLISH, FRENCH, SPANISH, GERMAN)

# HCL (Lotus) Notes says it of the person, in the subject: "A. Example is out of the office (returning 10.10.2022)."
NOTES_SUBJECTS = _forms(
    r"""
    (?:is|will be) (?:currently )?out of the office
    est absent\(e\)|est absente?(?: du bureau)?
    est[áa] (?:ausente|fuera de la oficina)(?: de la oficina)?
    ist (?:au(?:ß|ss)er haus|nicht im haus|abwesend)
    """
)

# Systems that ask the sender to prove that they are a person, and lists that hold a letter back.
CHALLENGES = _forms(
    r"""
    please confirm your (?:message|e-?mail)|confirmation required for your (?:message|e-?mail)
    your (?:e-?mail|message) requires verification|verify (?:that )?you are (?:a human|not a robot)
    .{0,80}\[spam ?arrest\]
    .{0,80}\bmailinblack\b
    (?:merci de )?(?:confirmer|confirmez) (?:l[’']envoi de )?votre (?:message|e-?mail|courriel|mail)
    authentification (?:de votre (?:message|e-?mail|courriel|mail)|requise)
    """
)
MODERATIONS = _forms(
    r"""
    your message to .{1,100} awaits moderator approval
    (?:your )?(?:message|post|posting) (?:to .{1,100} )?(?:is )?(?:awaiting|pending|held for) (?:moderat|approval)
    (?:votre )?message .{0,100}en attente (?:de mod[ée]ration|d[’']approbation)
    """
)
