"""The wish for no more letters, in people's own words and several languages, and what only looks like it."""

from outreach.inbox.wishes import asks_for_no_more

WISHES = """
en: Please remove us from your mailing list.
en: Kindly take this address off your distribution list.
en: The Mission would be grateful to be removed from your list of recipients and mailing list.
en: We do not wish to receive any further correspondence on this matter.
en: The Permanent Mission no longer wishes to receive letters from your organisation.
en: Please stop sending us these letters.
en: Please do not write to us again.
en: Would you please unsubscribe this Mission?
en: Please do not send us any more e-mails.
en: Our Mission prefers not to receive your letters.
en: Please no more letters.
en: Kindly cease sending such messages.
en: We would appreciate it if you removed our address from your mailing list.
en: Please delete our e-mail address from your database.
en: Unsubscribe.
fr: La Mission prie l'organisation de bien vouloir cesser l'envoi de ces lettres.
fr: Nous vous prions de ne plus nous écrire.
fr: Merci de ne plus nous envoyer de courriers.
fr: La Mission permanente ne souhaite plus recevoir vos lettres.
fr: Veuillez nous retirer de votre liste de diffusion.
fr: Merci de bien vouloir supprimer notre adresse de votre liste.
fr: Veuillez cesser de nous adresser ces courriels.
fr: Ne nous écrivez plus.
fr: Nous préférons ne plus recevoir de lettres de votre part.
es: No deseamos recibir más cartas.
es: Sírvanse no enviar más cartas a esta Misión.
es: Les pedimos que no nos vuelvan a escribir.
es: Les rogamos dejar de enviarnos estos correos.
es: Por favor, no nos escriban más.
es: Rogamos eliminar nuestra dirección de su lista.
es: La Misión no desea seguir recibiendo sus comunicaciones.
es: Solicitamos darnos de baja.
de: Bitte streichen Sie uns aus Ihrem Verteiler.
de: Bitte sehen Sie von weiteren Zuschriften ab.
de: Bitte schreiben Sie uns nicht mehr.
de: Wir bitten Sie, keine weiteren Schreiben mehr zu senden.
pt: Não desejamos receber mais cartas.
pt: Por favor, retirem o nosso endereço da vossa lista.
it: Non desideriamo più ricevere le vostre lettere.
it: Vi preghiamo di cancellarci dalla vostra lista.
nl: Verwijder ons alstublieft van uw lijst.
ru: Просим больше не присылать нам писем.
ru: Пожалуйста, удалите нас из списка рассылки.
ar: نرجو حذف عنواننا من قائمتكم.
ar: لا نرغب في تلقي المزيد من الرسائل.
zh: 请不要再给我们发送信件。
zh: 请把我们从邮件列表中删除。
"""

OTHERS = """
We will no longer send delegates to the session.
The delegation does not wish to receive visitors during the session.
We do not wish to be quoted in your letters.
Please do not hesitate to contact us again.
Please do not remove us from your mailing list.
We hope that you will not stop writing to us.
Please remove the State from the list of co-sponsors.
Please remove us from your list of supporters of the statement.
We no longer receive letters by post.
Please do not send us letters by post any more; e-mail is enough.
We have received no further letters from your organisation.
The authorities must stop sending such people to prison.
Belarus should cease and stop its reprisals against the members of Viasna.
We will stop the persecution of anybody who writes to us.
We regret that we can no longer write a longer answer.
If your Mission prefers not to receive our letters, a reply that says so is enough.
If you do not wish to receive e-mails from this Ministry, unsubscribe here.
To unsubscribe from this group, send an email to the address below.
The Ministry must remove such people from its list of suspects.
Please note that we no longer use this e-mail address.
We shall not raise the case in the dialogue.
Si votre Mission préfère ne plus recevoir nos lettres, il suffit de nous le dire en réponse à celle-ci.
Nous ne souhaitons pas recevoir de délégation cette semaine.
Nous n'enverrons plus de délégués à la session.
Merci de ne pas nous citer.
Veuillez retirer notre nom de la liste des coauteurs.
La Mission ne pourra plus répondre avant la session.
Nous vous prions de ne pas cesser vos efforts.
Si su Misión prefiere no recibir más cartas nuestras, basta con decirlo en respuesta a esta.
No deseamos recibir visitas durante la sesión.
La delegación no podrá enviar más delegados.
Rogamos retirar a nuestro país de la lista de copatrocinadores.
No dejen de escribirnos.
Wir haben keine weiteren Schreiben erhalten.
Wir werden keine Delegierten mehr entsenden.
Não desejamos receber visitas.
Non desideriamo ricevere visite.
Мы больше не направляем делегатов.
لن نرسل مندوبين بعد الآن.
我们不再派代表参加会议。
"""


def test_a_wish_for_no_more_letters_is_heard_in_its_language() -> None:
    said = [line.partition(": ") for line in WISHES.strip().splitlines()]
    found = {words: asks_for_no_more(["Thank you for your letter.", words]) for _, _, words in said}
    assert found == {words: language for language, _, words in said}


def test_what_only_looks_like_such_a_wish_is_none() -> None:
    assert {words: found for words in OTHERS.strip().splitlines() if (found := asks_for_no_more([words]))} == {}
