"""What becomes of a confirmed voice: pure rules, so that nobody need send a mail to try them."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.supporters.guard.rules import DOMAIN, DOMAIN_LIMIT, NETWORK_LIMIT, WORDS, Share, judge
from outreach.supporters.guard.signs import People
from outreach.supporters.statuses import VOICE_CHANGES, VoiceStatus

PEOPLE = People(["Robin Example"])
shares = st.none() | st.builds(
    lambda voices, others: Share(voices, voices + others), st.integers(1, 200), st.integers(0, 900)
)
words = st.text(max_size=80) | st.sampled_from(
    ["", "Robin Example should be shot", "see example.org", "Please say her name."]
)


@given(words, shares, shares)
def test_words_are_never_counted_before_a_person_read_them(text, domain, network):
    verdict = judge(text, (), PEOPLE, domain=domain, network=network)

    assert verdict.status in VOICE_CHANGES[VoiceStatus.CONFIRMED]
    assert (verdict.status is VoiceStatus.COUNTED) <= (not text.strip())
    assert bool(verdict.reasons) == (verdict.status is not VoiceStatus.COUNTED)


@given(words, shares, shares)
def test_what_trends_is_set_aside_whatever_it_says_and_nothing_else_without_words(text, domain, network):
    trends = DOMAIN_LIMIT.is_reached(domain) or NETWORK_LIMIT.is_reached(network)
    status = judge(text, (), PEOPLE, domain=domain, network=network).status

    assert (status is VoiceStatus.SET_ASIDE) == (trends or "shot" in text)


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_a_few_voices_of_a_small_day_do_not_trend(voices, others):
    reached = DOMAIN_LIMIT.is_reached(Share(voices, voices + others))

    assert reached == (voices >= 30 and 3 * voices >= others)


def test_the_reasons_are_words_for_the_story_the_gravest_first():
    assert judge("", (), PEOPLE).reasons == ()
    assert judge("Please.", (), PEOPLE).why == WORDS
    assert judge("a@example.org, example.org", (), PEOPLE).why == "a link; an address or account"
    assert judge("x" * 601, (), PEOPLE).why == "too long"
    assert judge("example.org", (), PEOPLE, domain=Share(30, 30)).why == f"{DOMAIN}; a link"
    assert judge("Robin Example should be shot", (), PEOPLE).status is VoiceStatus.SET_ASIDE
