import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import UsageError
from outreach.registry.load import load_registry
from outreach.registry.selection import gaps, select
from tests.conftest import CAMPAIGN

REGISTRY = load_registry(CAMPAIGN, {"BENELUX": ["BEL", "NLD", "LUX"], "Empty": []})
WORDS = [
    *("co-sponsored", "co-sponsored:hrc36-21", "joined:unga76-statement", "raised:beacon", "led", "group:WEOG"),
    *("group:benelux", "hrc:2022", "all", "DEU", "fr", "Turkey", "group:Empty", "led:hrc51-dialogue"),
]


def test_states_are_chosen_by_what_they_did_in_one_instrument_or_in_any() -> None:
    listed = select(REGISTRY, ["co-sponsored:reprisals-2022"])
    assert len(listed) == 25
    assert set(select(REGISTRY, ["led"])) < set(select(REGISTRY, ["joined", "led"]))
    assert select(REGISTRY, ["raised:hrc51-dialogue"]) == ("ARM", "BEL", "DEU", "LIE", "LUX", "NAM", "NLD")


def test_all_is_every_mission() -> None:
    assert select(REGISTRY, ["all"]) == tuple(sorted(REGISTRY.missions))


def test_the_council_of_2022_has_both_the_expelled_member_and_its_successor() -> None:
    chosen = select(REGISTRY, ["hrc:2022"])
    assert len(chosen) == 48
    assert {"RUS", "CZE"} <= set(chosen)


@pytest.mark.parametrize(
    ("period", "there", "not_there"),
    [
        ("2022-03", {"RUS"}, {"CZE"}),
        ("2022-09", {"CZE"}, {"RUS"}),  # suspended on 7 April by General Assembly resolution ES-11/3
        ("2022-04-07", {"RUS"}, {"CZE"}),
        ("2018-06", {"USA"}, set()),
        ("2018-07", {"ISL"}, {"USA"}),  # Iceland took the seat that the United States left
        ("2020-02", set(), {"USA", "RUS"}),
    ],
)
def test_the_council_changes_by_the_day(period: str, there: set[str], not_there: set[str]) -> None:
    chosen = set(select(REGISTRY, [f"hrc:{period}"]))
    assert there <= chosen
    assert not not_there & chosen


@pytest.mark.parametrize("year", range(2017, 2027))
def test_of_these_years_all_members_are_known(year: int) -> None:
    assert gaps(REGISTRY, [f"hrc:{year}", f"hrc:{year}-09"]) == ()
    assert 47 <= len(select(REGISTRY, [f"hrc:{year}"])) <= 48


def test_of_other_years_it_is_said_how_many_are_known() -> None:
    assert gaps(REGISTRY, ["HRC : 2027,DEU", "! hrc:2015-03", "group:WEOG"]) == (
        "32 of 47 members of 2027 are known",
        "15 of 47 members of 2015-03 are known",
    )


def test_groups_that_speak_together_are_known_and_a_campaigns_own_counts_before_ours() -> None:
    assert select(REGISTRY, ["group:CANZ"]) == ("AUS", "CAN", "NZL")
    assert len(select(REGISTRY, ["group:nordic-baltic"])) == 8
    assert select(load_registry(CAMPAIGN, {"canz": ["FRA"]}), ["group:CANZ"]) == ("FRA",)


@pytest.mark.parametrize("word", ["group:African Group", "GROUP:african group", "group:african-group"])
def test_regional_groups_are_found_in_any_case(word: str) -> None:
    assert len(select(REGISTRY, [word])) == 54


def test_groups_of_the_settings_are_groups_too() -> None:
    assert select(REGISTRY, ["group:Benelux"]) == ("BEL", "LUX", "NLD")


def test_words_combine_by_comma_or_repetition_and_leave_out_with_an_exclamation_mark() -> None:
    expected = ("BEL", "FRA", "LUX")
    assert select(REGISTRY, ["group:BENELUX,FRA,!NLD"]) == expected
    assert select(REGISTRY, ["group:BENELUX", "France", "! Netherlands, the"]) == expected


def test_a_name_with_a_comma_is_one_name() -> None:
    assert select(REGISTRY, ["Netherlands, the"]) == ("NLD",)


def test_only_exclusions_are_taken_out_of_the_default() -> None:
    assert select(REGISTRY, ["!DEU", "!fr"], default=["DEU,FRA,ESP"]) == ("ESP",)
    assert select(REGISTRY, [], default=["DEU", "!DEU", "ESP"]) == ("ESP",)
    assert select(REGISTRY, []) == ()


def test_a_known_word_may_select_nobody() -> None:
    assert select(REGISTRY, ["led:hrc51-dialogue"]) == ()
    assert select(REGISTRY, ["raised:spring"], cases=["spring"]) == ()
    assert select(REGISTRY, ["group:Empty"]) == ()


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("raised:nobody", "beacon, sample, specimen"),
        ("raised:baecon", "did you mean beacon?"),
        ("joined:unga76", "unga76-statement"),
        ("co-sponsored:beacon", "there is no instrument 'beacon'"),
        ("group:NATO", "EEG, GRULAC, WEOG, Nordic-Baltic, CANZ, BENELUX, Empty"),
        ("hrc:1999", "no member is known; all members are known for 2017 to 2026"),
        ("hrc:2022-13", "no year, month or day"),
        ("hrc:２０２２", "write hrc:2022, hrc:2022-09"),
        ("hrc:", "write hrc:2022, hrc:2022-09"),
        ("raised:", "incomplete"),
        ("cosponsored:hrc36-21", "co-sponsored:ID"),
        ("Germny", "did you mean Germany (DEU)?"),
        ("!Germny", "did you mean Germany (DEU)?"),
    ],
)
def test_an_unknown_word_says_what_there_is(word: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        select(REGISTRY, [word], default=["all"])
    assert says in str(error.value)


def test_all_unknown_words_are_named_at_once() -> None:
    with pytest.raises(UsageError) as error:
        select(REGISTRY, ["Germny", "hrc:1", "DEU"])
    assert len(str(error.value).splitlines()) == 2


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.lists(st.sampled_from(WORDS)))
def test_a_selection_is_the_union_of_its_words_less_the_union_of_those_left_out(
    wanted: list[str], left_out: list[str]
) -> None:
    union = {code for word in wanted for code in select(REGISTRY, [word])}
    less = {code for word in left_out for code in select(REGISTRY, [word])}
    words = [*(f"!{word}" for word in left_out), *wanted]
    assert select(REGISTRY, words) == select(REGISTRY, words[::-1]) == tuple(sorted(union - less))


@given(st.text(max_size=40), st.sampled_from(["", "!", "raised:", "group:", "hrc:"]))
def test_any_text_is_a_selection_or_a_usage_error(text: str, start: str) -> None:
    try:
        assert set(select(REGISTRY, [start + text])) <= set(REGISTRY.states)
    except UsageError as error:
        assert str(error)  # noqa: PT017 - either outcome is right; only its form is tested
