"""Which cases and people a text names."""

from datetime import date

from outreach.cases.model import Case, Consent, Person
from outreach.cases.naming import NamedCase, NameFinder, Naming


def case(slug: str, *people: str, organisations: tuple[str, ...] = (), title: str = "") -> Case:
    return Case(
        slug=slug,
        title={"en": title or f"The {slug} of Nowhere"},
        place={"en": "in Nowhere"},
        mention={"en": f"those of the {slug}"},
        state_concerned="BLR",
        people=tuple(Person(name) for name in people),
        organisations=organisations,
        dates=(),
        consent=Consent(),
        sources=(),
        embargo=None,
        story={},
        checked_on=f"{date.min}",
    )


CASES = {
    "one": case("one", "Jane Roe", "Ana Sá", organisations=("Shared",)),
    "two": case("two", "Li Ng", organisations=("Shared", "Hearth")),
    "three": case("three", "Ada"),
}


def named(*passages: str) -> tuple[NamedCase, ...]:
    return NameFinder(CASES).names(passages, ("one",))


def test_the_case_asked_for_is_always_named_with_those_who_are_in_the_text():
    assert named("Nobody") == (NamedCase("one", Naming.ASKED),)
    assert named("Ana Sá and Jane\nRoe") == (NamedCase("one", Naming.ASKED, ("Jane Roe", "Ana Sá")),)


def test_other_cases_are_named_by_people_titles_mentions_and_organisations():
    for passage in ("Li Ng", "The two of Nowhere", "and those of\n  the two.", "of Hearth"):
        assert [(item.case, item.how) for item in named(passage)][1:] == [("two", Naming.MENTIONED)]
    assert named("Li Ng, who")[1].people == ("Li Ng",)


def test_what_the_case_has_in_common_with_another_does_not_name_the_other():
    assert named("Shared") == (NamedCase("one", Naming.ASKED),)


def test_a_name_inside_a_word_names_nobody():
    assert named("Adaptation and Canada") == (NamedCase("one", Naming.ASKED),)
    assert named("Ada.", "Canada") == (
        NamedCase("one", Naming.ASKED),
        NamedCase("three", Naming.MENTIONED, ("Ada",)),
    )


def test_letters_made_of_several_signs_are_the_same_letters():
    assert named("Ana Sa\u0301")[0].people == ("Ana Sá",)


def test_spelling_makes_no_difference_to_who_is_named():
    for passage in ("JANE ROE-ROWAN", "Jane Roe-Rowán", "#FreeJaneRoeRowan", "Roe-Rowan, Jane", "Ms Jane Roe Rowan"):
        assert NameFinder({"one": case("one", "Jane Roe-Rowan")}).names([passage], ("one",))[0].people, passage


def test_somebody_who_is_in_two_cases_names_both():
    both = {"one": case("one", "Jane Roe"), "two": case("two", "Jane Roe")}
    assert [item.case for item in NameFinder(both).names(["Jane Roe"], ("one",))] == ["one", "two"]
