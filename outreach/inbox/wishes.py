"""Finds in a mail's own words the wish for no more letters, by outreach/data/stop_words.csv.

It is shown to people, who decide: it closes no address by itself. Who answers that no delegate will be sent any more,
or wants its name off a list of co-sponsors, wishes nothing of the kind.
"""

from outreach.inbox.classify.phrases import find, fold, plain

TABLE = "stop_words.csv"
WISH, WHOLE, NO_WISH = "stop", "stop-whole", "stop-not"  # WHOLE: where a sentence says nothing else


def asks_for_no_more(sentences: list[str]) -> str:
    """Give the language of the words that ask for no more letters; blank where no sentence does."""
    for sentence in sentences:
        words = plain(fold(sentence))
        found = find(words, table=TABLE)
        if any(phrase.use == NO_WISH for phrase in found):
            continue
        whole = {
            phrase for phrase in found if phrase.use == WHOLE and phrase.start == 1 and phrase.end >= len(words) - 1
        }
        if wish := next((phrase for phrase in found if phrase.use == WISH or phrase in whole), None):
            return wish.language
    return ""
