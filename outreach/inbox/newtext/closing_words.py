"""Lists what ends a mail, by language: greetings, lines of telephones and mail programs, disclaimers.

Sources: greetings as grammars of letters give them; the lines that the makers of telephones and mail programs put below
a text by default, in their display languages (Apple, Samsung, Outlook, Yahoo, Proton, Zoho, Yandex, Mail.ru); the usual
openings of disclaimers. Words only, read in signatures.py; forms as in quote_words.py.
"""

from outreach.inbox.newtext.quote_words import forms

# These fill a line of their own.
CLOSINGS = forms(
    r"""
    yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|respectfully(?: yours)?  # en
    (?:with )?(?:my |our )?(?:best|kind|kindest|warm|warmest)(?: and warm)? (?:regards|wishes)|regards  # en
    many thanks  # en
    (?:bien |tr[èe]s |meilleures? )?(?:cordialement|respectueusement)(?: v[ôo]tre)?|bien [àa] vous  # fr
    (?:avec mes |mes )?(?:meilleure?s?|cordiales|sinc[èe]res|respectueuses) (?:salutations|sentiments)  # fr
    salutations (?:distingu[ée]es|cordiales)  # fr
    (?:muy )?(?:atenta|cordial)mente|(?:un )?(?:cordial |atento )?saludos?(?: cordiale?s?)?  # es
    (?:mit )?(?:freundliche[nr]?|beste[nr]?|herzliche[nr]?|viele[nr]?) (?:gr[üu](?:ß|ss)en?)|hochachtungsvoll  # de
    mfg  # de
    (?:cordiali|distinti) saluti|cordialmente  # it
    (?:com os )?melhores cumprimentos|cumprimentos|atenciosamente|respeitosamente  # pt
    (?:met )?(?:vriendelijke|hartelijke|beste) groet(?:en)?|hoogachtend  # nl
    (?:med )?(?:vänlig|bästa|vänliga|varma|hjärtliga) hälsning(?:ar)?|hälsningar|högaktningsfullt|mvh  # sv
    (?:med )?(?:vennlig|venlig|beste|bedste|hjertelig|de bedste) hilsen(?:er)?|hilsen|med venlig hilsen  # no da
    (?:ystävällisin|parhain|kunnioittavin|lämpimin|terveisin)(?: terveisin)?|kunnioittaen|terveisin  # fi
    ystävällisesti  # fi
    z (?:poważaniem|wyrazami szacunku|wyrazami poważania|uszanowaniem)|(?:serdecznie )?pozdrawiam  # pl
    s (?:pozdravem|úctou|přátelským pozdravem|pozdravom|priateľským pozdravom)  # cs sk
    s (?:poštovanjem|lepimi pozdravi)|lep pozdrav|srdačan pozdrav  # hr sl
    tisztelettel|üdvözlettel|szívélyes üdvözlettel  # hu
    cu (?:stimă|respect|deosebită considerație|considerație)  # ro
    (?:искренне ваш\w?|с (?:глубоким |искренним |большим )?уважением|с наилучшими пожеланиями)  # ru
    з (?:повагою|найкращими побажаннями)|щиро ваш\w?  # uk
    с уважение  # bg
    (?:saygılarım(?:ız)?la|saygılar(?:ımla)?|en iyi dileklerimle)  # tr
    με εκτίμηση  # el
    مع (?:خالص|فائق|أطيب) (?:التقدير|الاحترام|التحيات)|وتفضلوا بقبول فائق الاحترام  # ar
    此致|敬礼|顺颂商祺|敬具  # zh ja
    -- ?|__ ?|—
    """
)
# These begin a line that goes on: "Best regards, A. Example". They are asked only when no line is a closing by itself.
GREETINGS = forms(
    r"""
    (?:best|kind|warm) regards|all the best|(?:thanks|many thanks|thank you|best|regards),  # en
    (?:bien |tr[èe]s )?cordialement|salutations|bonne (?:journ[ée]e|r[ée]ception)  # fr
    (?:un )?saludos?,|(?:muchas )?gracias,|(?:atenta|cordial)mente,  # es
    mit (?:freundlichen|besten) gr(?:ü|ue)(?:ß|ss)en  # de
    (?:(?:beste|herzliche|liebe|viele)n? )?gr(?:(?:ü|ue)(?:ß|ss)e?|u(?:ß|ss))\b  # de
    (?:med )?(?:vänliga? hälsning(?:ar)?|(?:vennlig|venlig) hilsen)|mvh\b  # sv no da
    z poważaniem|s pozdravem|s pozdravom|с уважением|з повагою|met vriendelijke groet(?:en)?  # pl cs sk ru uk nl it
    cordiali saluti  # pl cs sk ru uk nl it
    """
)
# Telephones and mail programs put these below everything.
SENT_FROM = forms(
    r"""
    sent (?:from|via|with|using|by) (?:my|mail\b|outlook|yahoo|proton|zoho|samsung|an? |the |iphone|ipad)  # en
    sent (?:from|via|with|using|by) (?:android|gmail|aol|nine|bluemail|spark)  # en
    sent (?:from|via|with|using|by) (?:tutanota|fairemail|blackberry|huawei|xiaomi|[^\s]{1,20} mobile)  # en
    (?:get|download) outlook for|secured with tutanota  # en
    (?:envoy[ée]|transmis) (?:depuis|de mon|de ma|[àa] partir d|avec|via|par|de l['’])  # fr
    (?:t[ée]l[ée]charger|obtenir|obtenez) outlook|provenance ?: courrier pour  # fr
    enviado desde|obtener outlook|enviado con|descargar outlook  # es
    (?:gesendet (?:von|mit|aus|über)|von meine[mr] \S+(?: \S+)? gesendet|diese nachricht wurde von mein)  # de
    (?:outlook für \S+ (?:beziehen|herunterladen)|holen sie sich outlook|von outlook für)  # de
    inviato da(?:l|lla|llo)?\b|scarica outlook|ottieni outlook  # it
    enviad[oa] (?:do|da|a partir|através|de meu|pelo)\b|obter o outlook|baixar o outlook  # pt
    (?:verzonden|verstuurd) (?:vanaf|vanuit|met|via)|outlook voor \S+ downloaden|download outlook voor  # nl
    skickat (?:från|med|via)|hämta outlook|skaffa outlook  # sv
    sendt (?:fra|med|via)|(?:få|hent|skaff) outlook  # no da
    lähetetty \S+(?:sta|stä|lta|ltä|sta)\b|hanki outlook  # fi
    wysłan[eoy] z|pobierz (?:aplikację )?outlook  # pl
    odesláno (?:z|ze|pomocí)|získat outlook|stáhnout outlook  # cs
    odoslané (?:z|zo|pomocou)|získať outlook|stiahnuť outlook  # sk
    poslano (?:s|z|iz|sa)\b  # hr sl
    trimis (?:de pe|din|de la)|obțineți outlook  # ro
    küldve a|elküldve:? |az outlook .{0,20}letöltése  # hu
    отправлено (?:с|со|из|от|через)\b|получить outlook|скачать outlook  # ru
    (?:надіслано|відправлено) (?:з|зі|із|від|за допомогою)\b|отримати outlook  # uk
    изпратено от  # bg
    \S+(?:['’]?(?:dan|den|tan|ten|umdan|imden)) gönderildi|outlook.{0,20} edinin  # tr
    στάλθηκε από  # el
    أُ?رسلت? من|احصل على outlook|تم الإرسال من  # ar
    发自我的|从我的.{1,20}发送|来自我的|發自|從我的.{1,20}傳送  # zh
    \S{1,30}から送信  # ja
    나의 .{1,20}에서 보냄  # ko
    """
)

# How disclaimers begin.
DISCLAIMERS = forms(
    r"""
    disclaimer|(?:legal )?notice|confidentiality(?: notice)?|privileged  # en
    (?:the )?information (?:contained )?in this  # en
    (?:strictly )?confidential|important(?: notice)?|please note that this (?:e-?mail|message)  # en
    this (?:e-?mail|message|communication|transmission|correspondence)\b  # en
    th(?:e|is) (?:content|information)s? (?:contained )?(?:in|of) this  # en
    the (?:information|contents?) (?:contained )?(?:in|of) this|if you (?:are not|have received|receive)  # en
    please consider the environment|p please consider|think before you print|virus-free  # en
    this email has been checked  # en
    ce (?:message|courriel|courrier|mail)\b|cet e-?mail\b|avertissement|les? informations? contenues?  # fr
    message confidentiel|si vous (?:avez reçu|n['’]êtes pas)  # fr
    pensez [àa] l['’]environnement|avant d['’]imprimer|n['’]imprimez  # fr
    aviso (?:legal|de confidencialidad)|este (?:mensaje|correo|e-?mail)\b|la informaci[óo]n contenida  # es
    antes de imprimir|si (?:usted )?(?:ha recibido|no es el destinatario)  # es
    diese (?:e-?mail|nachricht|mail)\b|vertraulichkeit|der inhalt dieser|die(?:se)? (?:in dieser|information)  # de
    hinweis\b|wichtiger hinweis|falls sie (?:diese|nicht)  # de
    questo (?:messaggio|e-?mail)|questa (?:e-?mail|comunicazione)|le informazioni contenute  # it
    avviso di riservatezza|prima di stampare  # it
    esta (?:mensagem|comunicação)|este (?:e-?mail|correio)|aviso de confidencialidade|antes de imprimir  # pt
    dit (?:bericht|e-?mail)|deze (?:e-?mail|mail)|de informatie (?:in|verzonden)|disclaimer  # nl
    detta (?:meddelande|mejl|e-post)|denna (?:e-post|e-mail)|informationen i detta|innan du skriver ut  # sv
    denne (?:e-post|e-mail|meldingen|mail|besked)|dette (?:er en|meldingen)|informasjonen i denne|fortrolig  # no da
    tämä (?:viesti|sähköposti)|tämän (?:viestin|sähköpostin)|luottamuksellinen  # fi
    (?:niniejsz[ay]|ta) (?:wiadomość|e-?mail|korespondencja)|treść (?:tej|niniejszej)|informacje zawarte  # pl
    klauzula poufności|zanim wydrukujesz|pomyśl o środowisku  # pl
    (?:tato|tento) (?:zpráva|e-?mail|e-mailová)|obsah (?:této|tohoto)|táto (?:správa|e-?mailová)  # cs sk
    informace obsažené|obsah tejto  # cs sk
    (?:это|данное|настоящее) (?:сообщение|письмо|электронное)|информация,? (?:содержащаяся|в этом)  # ru
    уведомление о конфиденциальности|внимание[!:]|конфиденциальн  # ru
    (?:це|цей|дане) (?:повідомлення|лист|електронн)|інформація,? (?:що міститься|в цьому)|конфіденційн  # uk
    bu (?:e-?posta|mesaj|elektronik|ileti)|gizlilik|yasal uyarı  # tr
    تنبيه|إخلاء مسؤولية|هذه الرسالة|هذا البريد|سرية  # ar
    本邮件|此邮件|本電子郵件|保密|このメール|本メール  # zh ja
    """
)
# What a disclaimer speaks of; it speaks of at least two of these, or of the first and a letter that went astray.
ABOUT_SECRETS = forms(
    r"""
    confiden|privileg|vertraulich|vertrouwelijk|riservat|sigilos|konfident|fortrolig|luottamuksell|poufn|důvěrn|dôvern
    конфиденциальн|конфіденційн|gizli|سري|保密|機密
    """
)
ABOUT_RECIPIENTS = forms(
    r"""
    intended (?:only|solely|exclusively|recipient|for)|addressee|named recipient|only for the|solely for  # en
    meant for  # en
    destin[ée]e?s? (?:exclusiv|uniqu|[àa] l['’])|destinataires?\b|usage exclusif  # fr
    destinatari[oa]|dirigid[oa] (?:exclusiv|únic)|exclusivamente  # es it pt
    empf[äa]nger|adressat|bestimmt\b  # de
    bestemd|geadresseerde|mottagare|avsedd|mottaker|adressat|modtager|vastaanottaj|tarkoitettu  # nl sv no da fi
    adresat|odbiorc|przeznaczon|příjemc|určen|adresát|príjemc  # pl cs sk
    адресат|получател|предназначен|отримувач|одержувач|призначен  # ru uk
    alıcı|المرسل إليه|المستلم|收件人|受信者  # tr ar zh ja
    """
)
ABOUT_MISTAKES = forms(
    r"""
    mistake|in error|by error|erroneously|delete|destroy|unauthori[sz]ed|prohibit|strictly forbidden  # en
    notify the sender  # en
    par erreur|d[ée]tru|supprim|interdit|por error|elimin|bórre|prohib  # fr es
    irrtümlich|irrtum|l[öo]sch|vernicht|unbefugt|untersagt  # de
    per errore|cancell|vietat|por engano|apag  # it pt
    per abuis|per vergissing|ten onrechte|verwijder|misstag|radera|ved en feil|slett|fejltagelse  # nl sv no da fi
    erehdyks|poista  # nl sv no da fi
    omyłkow|pomyłk|usun|skasow|omylem|smaž|vymaž  # pl cs sk
    по ошибке|ошибочно|удалит|запрещ|помилк|видаліть|заборон  # ru uk
    yanlışlıkla|silin|بالخطأ|حذف|删除|誤って  # tr ar zh ja
    """
)
# These need no second sign.
ABOUT_PAPER_AND_VIRUSES = forms(
    r"""
    consider the environment|think before you print|virus-free|has been (?:checked|scanned) (?:for|by)  # en
    pensez [àa] l['’]environnement|avant d['’]imprimer|n['’]imprimez|antes de imprimir  # fr es pt it
    prima di stampare  # fr es pt it
    innan du skriver ut|zanim wydrukujesz|pomyśl o środowisku  # sv pl
    """
)
# What no disclaimer says: then it is the writer who speaks of secrets.
SUBSTANCE = forms(
    r"""
    \b(?:our|my) (?:delegation|ambassador|minister|government|country|capital|answer|reply|position)\b  # en
    \bthe (?:ambassador|minister|delegation|case)\b|\bthis case\b|\breprisals\b  # en
    \bwe (?:will|shall|intend to|are going to|plan to|support|thank)\b(?! not)|\bi (?:will|shall|can)\b  # en
    \bnotre (?:d[ée]l[ée]gation|ambassad|ministre|pays|r[ée]ponse|capitale)  # fr
    \bnous (?:soul[èe]v|[ée]voqu|souten|allons)|\bce cas\b|\brepr[ée]sailles  # fr
    \bnuestr[ao] (?:delegaci|embajad|ministr|pa[íi]s|respuesta)|\beste caso\b|\bplantear|\brepresalias  # es
    \bunsere? (?:delegation|botschafter|minister|land|antwort)|\bwir (?:werden|unterst)|\b(?:diesen|den) fall\b  # de
    repressalien  # de
    \bla nostra (?:delegazione|risposta)|\bnossa (?:delegação|resposta)|\bonze delegatie  # it pt nl sv no da fi
    \bvi (?:kommer|vil|tar)\b|valtuuskun  # it pt nl sv no da fi
    \bnasza delegacja|\bnaše delegace|\bnaša delegácia|\bнаша делегация  # pl cs sk ru uk
    \bмы (?:подн|назов|упомян|поддерж)|\bнаша делегація  # pl cs sk ru uk
    وفدنا|我国代表团|heyetimiz  # ar zh tr
    """
)
