"""What the report page says, to the team and to the public: from real outboxes, answers and the real record."""

import csv
import io
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.campaign import load_campaign
from outreach.errors import UsageError
from outreach.inbox.kinds import Stance
from outreach.next_step import Action, NextStep
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key, Scope
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.registry.outcomes import NOT_NAMED
from outreach.reports.page.figures import SPANS
from outreach.reports.page.history import sources
from outreach.reports.page.map import draw_map
from outreach.reports.page.matrix import COLUMNS, PUBLIC_COLUMNS, Calendar, spreadsheet
from outreach.reports.page.page import Report, choose, make_report, render
from outreach.reports.page.stages import Stage, Subject
from outreach.reports.progress import progress
from tests.conftest import Command
from tests.outbox.outboxes import NOON, open_test_outbox, queue_keys
from tests.reports.answered import REMARK, WORDS, WRITER, answer, letter
from tests.reports.overviews import overview_of

TODAY = datetime(2022, 9, 30, 10, 0, tzinfo=UTC)  # the day after the dialogue
AUTUMN = """[[ask]]
id = "unga77"
forum = "Third Committee"
date = 2022-10-14
to = "all"
text = { en = "Raise it.", fr = "Évoquez-le.", es = "Plantéelo." }

"""
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def subject_of(folder: Path, outbox: Outbox, scope: Scope | None = None, *, public: bool = False) -> Subject:
    campaign = load_campaign(folder)
    scope = scope or Scope()
    return choose(campaign, progress(campaign, outbox, scope), scope, public=public)


def report_of(folder: Path, outbox: Outbox, scope: Scope | None = None, *, public: bool = False) -> Report:
    subject = subject_of(folder, outbox, scope, public=public)
    return make_report(load_campaign(folder), subject, scope or Scope(), TODAY, rehearsal=outbox.rehearsal)


def page_of(folder: Path, outbox: Outbox, scope: Scope | None = None, *, public: bool = False) -> str:
    return render(report_of(folder, outbox, scope, public=public))


def a_campaign_under_way(outbox: Outbox) -> None:
    """Six States: raised, promised, declined, arrived, came back, and silent."""
    letter(outbox, "LUX", status=Status.DELIVERED)
    answer(outbox, letter(outbox, "FRA"), NOON + timedelta(days=3), Stance.WILL_RAISE)
    answer(outbox, letter(outbox, "HUN"), NOON + timedelta(days=9), Stance.DECLINED)
    letter(outbox, "SWE", status=Status.DELIVERED)
    letter(outbox, "GHA", status=Status.BOUNCED)
    letter(outbox, "IRL")


def told_to_the_public(folder: Path, outbox: Outbox) -> tuple[str, object]:
    """All of a public report: the page and the table."""
    subject = subject_of(folder, outbox, public=True)
    calendar = Calendar(load_campaign(folder).settings.timezone, TODAY.date())
    return page_of(folder, outbox, public=True), spreadsheet(subject, calendar)


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


class TestHowFarAStateHasCome:
    def test_each_state_has_the_furthest_stage_and_everybody_else_is_not_asked(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        stages = subject_of(campaign_folder, outbox).stages()
        told = {code: stages[code] for code in ("LUX", "FRA", "HUN", "SWE", "GHA", "IRL", "BLR", "AUT")}
        assert told == {
            "LUX": Stage.RAISED,
            "FRA": Stage.ANSWERED,
            "HUN": Stage.ANSWERED,
            "SWE": Stage.ARRIVED,
            "GHA": Stage.ASKED,
            "IRL": Stage.ASKED,
            "BLR": Stage.CONCERNED,
            "AUT": Stage.NOT_ASKED,
        }
        assert len(stages) == 195

    def test_in_public_an_arrival_is_not_told(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        stages = subject_of(campaign_folder, outbox, public=True).stages()
        assert stages["SWE"] is Stage.ASKED
        assert Stage.ARRIVED not in stages.values()

    def test_of_several_cases_the_furthest_counts(self, campaign_folder, outbox):
        letter(outbox, "SWE", "beacon")
        answer(outbox, letter(outbox, "SWE", "sample"), NOON + timedelta(days=1))
        assert subject_of(campaign_folder, outbox).stages()["SWE"] is Stage.ANSWERED

    def test_a_letter_that_never_left_asks_nobody(self, campaign_folder, outbox):
        letter(outbox, "SWE", status=Status.REJECTED)
        report = report_of(campaign_folder, outbox)
        assert subject_of(campaign_folder, outbox).stages()["SWE"] is Stage.NOT_ASKED
        assert (report.headline[0].number, report.unanswered) == (0, ())
        assert "not sent: rejected" in render(report)

    def test_who_raised_the_case_unasked_is_on_the_map_and_not_in_the_numbers(self, campaign_folder, outbox):
        letter(outbox, "SWE")
        report = report_of(campaign_folder, outbox)
        assert "Germany" in report.uninvited
        assert {step.stage: step.number for step in report.headline}[Stage.RAISED] == 0
        assert subject_of(campaign_folder, outbox).stages()["DEU"] is Stage.RAISED

    def test_who_was_asked_about_one_case_and_raised_another_has_raised(self, campaign_folder, outbox):
        """By the record Germany raised Specimen's case, and never Sample's."""
        letter(outbox, "DEU", "sample")
        letter(outbox, "SWE", "specimen")
        subject, report = subject_of(campaign_folder, outbox), report_of(campaign_folder, outbox)
        [germany, _] = report.matrix.lines
        assert subject.stages()["DEU"] is Stage.RAISED
        assert [cell.words for cell in germany.cells] == ["asked", "raised"]
        assert [step.number for step in report.headline] == [2, 0, 0, 0]
        assert report.headline[3].share is None  # of those who are not named nobody knows


class TestTheNumbers:
    def test_the_headline_counts_states_and_the_funnel_requests(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        letter(outbox, "IRL", "sample")
        report = report_of(campaign_folder, outbox)
        assert [(step.stage.value, step.number) for step in report.headline] == [
            ("asked", 6),
            ("arrived", 4),
            ("answered", 2),
            ("raised", 1),
        ]
        assert [step.number for step in report.funnel] == [7, 4, 2, 1]
        assert report.funnel[1].share == pytest.approx(4 / 7)

    def test_the_public_sees_two_steps(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        report = report_of(campaign_folder, outbox, public=True)
        assert [step.stage.value for step in report.funnel] == ["asked", "raised"]

    def test_answers_fall_into_spans_of_days_and_have_a_middle(self, campaign_folder, outbox):
        for state, days in (("FRA", 0), ("HUN", 2), ("SWE", 3), ("IRL", 31)):
            answer(outbox, letter(outbox, state), NOON + timedelta(days=days))
        found = report_of(campaign_folder, outbox).waits
        assert [(bar.name, bar.number) for bar in found.bars if bar.number] == [
            ("up to 2 days", 2),
            ("3 to 7 days", 1),
            ("more than 30 days", 1),
        ]
        assert found.middle == 2.5
        assert len(found.bars) == len(SPANS)

    def test_an_answer_before_the_letter_shows_no_arrival_and_counts_in_no_span_of_days(self, campaign_folder, outbox):
        """A mission may have answered by phone what reached it by another way."""
        answer(outbox, letter(outbox, "FRA"), NOON - timedelta(days=2))
        report = report_of(campaign_folder, outbox)
        assert (report.waits.middle, sum(bar.number for bar in report.waits.bars)) == (None, 0)
        [row] = subject_of(campaign_folder, outbox).rows
        assert (row.arrived, row.answered_at is not None) == (False, True)
        assert not overview_of(load_campaign(campaign_folder), outbox, Scope()).requests[0].reach.arrived

    def test_an_answer_on_the_day_of_the_letter_took_no_days(self, campaign_folder, outbox):
        answer(outbox, letter(outbox, "FRA"), NOON - timedelta(minutes=5))
        report = report_of(campaign_folder, outbox)
        assert report.waits.middle == 0
        assert subject_of(campaign_folder, outbox).rows[0].arrived
        assert "first answers took: half of them on the day of the letter<" in render(report)

    def test_the_public_is_not_told_how_long_an_answer_took(self, campaign_folder, outbox):
        answer(outbox, letter(outbox, "FRA"), NOON + timedelta(days=2))
        assert "first answers took" in page_of(campaign_folder, outbox)
        assert "first answers took" not in page_of(campaign_folder, outbox, public=True)

    def test_days_are_days_in_the_campaigns_own_time(self, campaign_folder, outbox):
        late = datetime(2022, 9, 1, 21, 30, tzinfo=UTC)  # 23:30 in Geneva
        answer(outbox, letter(outbox, "FRA", at=late), late + timedelta(hours=1))
        assert report_of(campaign_folder, outbox).waits.middle == 1


def test_an_answer_from_before_the_letter_is_named_beside_the_time_that_answers_took(
    campaign_folder: Path, outbox: Outbox
) -> None:
    answer(outbox, letter(outbox, "FRA"), NOON - timedelta(days=3))
    page = page_of(campaign_folder, outbox)
    assert "first answers took; not counted: 1 from before the letter<" in page
    assert "No answer came after the letter." in page
    answer(outbox, letter(outbox, "HUN"), NOON + timedelta(days=9))
    page = page_of(campaign_folder, outbox)
    assert "first answers took: half of them up to 9 days; not counted: 1 from before the letter<" in page


class TestNoAnswerOnRecord:
    def test_only_those_who_got_a_letter_and_neither_answered_nor_raised(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        assert [owes.name for owes in report_of(campaign_folder, outbox).unanswered] == ["Ireland", "Sweden"]

    def test_the_state_concerned_never_does(self, campaign_folder, outbox):
        letter(outbox, "BLR", "beacon")
        assert report_of(campaign_folder, outbox).unanswered == ()

    def test_those_who_wait_longest_come_first_with_their_cases_and_reminders(self, campaign_folder, outbox):
        letter(outbox, "IRL", at=NOON)
        letter(outbox, "IRL", "sample", at=NOON + timedelta(days=1))
        letter(outbox, "IRL", round_="reminder", at=NOON + timedelta(days=12))
        letter(outbox, "SWE", at=NOON - timedelta(days=1))
        sweden, ireland = report_of(campaign_folder, outbox).unanswered
        assert (sweden.name, sweden.days, sweden.reminded) == ("Sweden", ireland.days + 1, None)
        assert ireland.cases == ("Human Rights Center ‘Beacon’", "J. Sample")
        assert ireland.reminded == (NOON + timedelta(days=12)).date()

    def test_a_reminder_that_came_back_pays_no_debt(self, campaign_folder, outbox):
        """Nobody knows that the first letter did not arrive."""
        letter(outbox, "IRL")
        letter(outbox, "IRL", status=Status.BOUNCED, round_="reminder", at=NOON + timedelta(days=12))
        assert [owes.name for owes in report_of(campaign_folder, outbox).unanswered] == ["Ireland"]


class TestTheTable:
    def test_one_case_is_shown_step_by_step(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        found = report_of(campaign_folder, outbox).matrix
        said = {line.name: [f"{cell.words} {cell.more}".strip() for cell in line.cells] for line in found.lines}
        assert found.columns == ("asked", "arrived", "answered", "raised")
        assert said["France"][1:] == ["arrived", "4\xa0Sep\xa02022 will raise", NOT_NAMED]
        assert said["Ghana"][1:] == ["came back", "–", NOT_NAMED]
        assert said["Luxembourg"][3] == "raised"
        luxembourg = next(line for line in found.lines if line.name == "Luxembourg").cells[3].acts
        assert [(act.day, act.instrument, act.with_) for act in luxembourg][:2] == [
            ("29 September 2022", "hrc51-dialogue", "BENELUX"),
            ("28 September 2023", "hrc54-dialogue", "BENELUX (Luxembourg)"),
        ]
        assert {source.link for act in luxembourg for source in act.sources} == {"https://example.org/record"}

    def test_several_cases_are_columns(self, campaign_folder, outbox):
        letter(outbox, "BLR", "sample")
        letter(outbox, "SWE", "beacon")
        found = report_of(campaign_folder, outbox).matrix
        assert found.columns == ("Human Rights Center ‘Beacon’", "J. Sample")
        assert [(line.name, [cell.words for cell in line.cells]) for line in found.lines] == [
            ("Belarus", ["State concerned", "asked"]),
            ("Sweden", ["asked", "–"]),
        ]

    @pytest.mark.parametrize("public", [False, True])
    def test_raised_has_the_day_of_the_act_and_not_of_the_letter(self, campaign_folder, outbox, public):
        letter(outbox, "DEU", "beacon")
        letter(outbox, "SWE", "specimen")
        report = report_of(campaign_folder, outbox, public=public)
        [germany, sweden] = report.matrix.lines
        assert [(cell.words, cell.more) for cell in germany.cells] == [("raised", ""), ("raised", "")]
        assert [act.day for cell in germany.cells for act in cell.acts][::2] == ["29 September 2022"] * 2
        assert [cell.acts for cell in sweden.cells] == [(), ()]
        table = render(report).partition('<table class="acts">')[2].partition("</table>")[0]
        assert "<td>29 September 2022</td><td>Interactive dialogue with the Assistant Secretary-General" in table
        assert 'href="https://example.org/record"' in table

    def test_a_case_has_a_column_for_each_ask(self, campaign_folder, outbox):
        rewrite(campaign_folder / "outreach.toml", ("[[ask]]", AUTUMN + "[[ask]]"))
        queue_keys(
            outbox,
            Key(MessageKind.LETTER, "unga77", "beacon", "first", "smtp", "SWE"),
            Key(MessageKind.LETTER, "hrc51", "beacon", "first", "smtp", "SWE"),
        )
        report = report_of(campaign_folder, outbox)
        assert report.matrix.columns == ("Human Rights Center ‘Beacon’, hrc51", "Human Rights Center ‘Beacon’, unga77")
        assert [ask.id for ask in report.asks] == ["hrc51", "unga77"]

    def test_a_case_that_is_no_longer_in_the_folder_is_told_to_the_team_and_not_to_the_public(
        self, campaign_folder, outbox
    ):
        letter(outbox, "SWE", "closed-case")
        letter(outbox, "SWE", "beacon")
        assert "closed-case" in page_of(campaign_folder, outbox)
        assert "closed-case" not in page_of(campaign_folder, outbox, public=True)


class TestForThePublic:
    def test_no_address_no_name_no_text_no_note_no_stance_and_no_day_of_an_answer(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        page = page_of(campaign_folder, outbox, public=True)
        assert ADDRESS.findall(page) == []
        for secret in (WRITER, "A. Example", "second secretary", WORDS, REMARK, "declined", "will raise", "came back"):
            assert secret not in page, secret
        assert re.findall(r"\b\d+\sSep\s2022", page) == []
        assert "arrived" not in text_of(page)

    def test_no_state_is_said_to_owe_an_answer(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        page = text_of(page_of(campaign_folder, outbox, public=True))
        assert not re.search(r"\bow(?:e|es|ing)\b|debt|neither|did not|no answer|silent|declin", page)

    @pytest.mark.parametrize("publish", [False, True])
    def test_who_answered_in_private_is_told_only_where_the_settings_say_so(self, campaign_folder, publish):
        """With and without an answer all that is published is alike, byte for byte."""
        if publish:
            rewrite(campaign_folder / "outreach.toml", ("[[ask]]", "[report]\npublish_answers = true\n\n[[ask]]"))
        for cases in (("beacon",), ("beacon", "sample")):
            told = []
            for answers in (False, True):
                other = open_test_outbox(campaign_folder / f"{len(cases)}-{answers}.db")
                for case in cases:
                    message = letter(other, "FRA", case)
                    letter(other, "IRL", case)
                if answers:
                    answer(other, message, NOON + timedelta(days=3), Stance.DECLINED)
                told.append(told_to_the_public(campaign_folder, other))
            assert (told[0] == told[1]) is not publish
            page = text_of(told[1][0])
            assert ("answered" in page.partition("Made with")[0]) is publish
            assert ("no answer is on record" in page) is publish

    def test_no_answer_is_said_only_of_whom_a_letter_is_known_to_have_reached(self, campaign_folder, outbox):
        rewrite(campaign_folder / "outreach.toml", ("[[ask]]", "[report]\npublish_answers = true\n\n[[ask]]"))
        a_campaign_under_way(outbox)
        lines = report_of(campaign_folder, outbox, public=True).matrix.lines
        assert {line.name: line.cells[1].words for line in lines} == {
            "France": "answered",
            "Hungary": "answered",
            "Ireland": "no answer is on record",
            "Luxembourg": "–",
            "Sweden": "no answer is on record",
        }

    def test_of_whose_mail_nobody_has_read_nothing_is_said_in_public(self, campaign_folder, outbox):
        rewrite(campaign_folder / "outreach.toml", ("[[ask]]", "[report]\npublish_answers = true\n\n[[ask]]"))
        for cases in (("beacon",), ("beacon", "sample")):
            for case in cases[-1:]:
                answer(outbox, letter(outbox, "FRA", case), NOON + timedelta(days=3), read=False)
                letter(outbox, "IRL", case)
            page = report_of(campaign_folder, outbox, public=True)
            france = [cell for line in page.matrix.lines if line.name == "France" for cell in line.cells]
            assert not any(cell.words == "answered" or "no answer" in cell.words + cell.more for cell in france)
            assert "to read" not in text_of(page_of(campaign_folder, outbox, public=True))

    def test_an_answer_of_an_unverified_sender_is_nobodys_in_public(self, campaign_folder, outbox):
        """Somebody else may have written it: neither that France answered is said, nor that it did not."""
        rewrite(campaign_folder / "outreach.toml", ("[[ask]]", "[report]\npublish_answers = true\n\n[[ask]]"))
        for case in ("beacon", "sample"):
            forged = letter(outbox, "FRA", case)
            answer(outbox, forged, NOON + timedelta(days=3), Stance.WILL_RAISE, check="fail")
            answer(outbox, letter(outbox, "IRL", case), NOON + timedelta(days=3), Stance.WILL_RAISE, check="pass")
            lines = report_of(campaign_folder, outbox, public=True).matrix.lines
            cells = {line.name: [f"{cell.words} {cell.more}" for cell in line.cells] for line in lines}
            assert not any("answer" in words for words in cells["France"])
            assert any("answered" in words for words in cells["Ireland"])
            assert told_to_the_public(campaign_folder, outbox)[0].count("not verified") == 0
            subject = subject_of(campaign_folder, outbox, public=True)
            assert (subject.stages()["FRA"], subject.stages()["IRL"]) == (Stage.ASKED, Stage.ANSWERED)

    def test_the_team_sees_which_answer_is_of_an_unverified_sender(self, campaign_folder, outbox):
        for case in ("beacon", "sample"):
            forged = letter(outbox, "FRA", case)
            answer(outbox, forged, NOON + timedelta(days=3), Stance.WILL_RAISE, check="fail")
            answer(outbox, forged, NOON + timedelta(days=4), check="fail", read=False)
            answer(outbox, letter(outbox, "IRL", case), NOON + timedelta(days=3), Stance.WILL_RAISE, check="pass")
            report = report_of(campaign_folder, outbox)
            assert report.unverified == ("France",)
            more = {line.name: " ".join(cell.more for cell in line.cells) for line in report.matrix.lines}
            assert more["France"].count("sender not verified") == 2 * (len(report.cases))
            assert "verified" not in more["Ireland"]
        page = text_of(page_of(campaign_folder, outbox))
        assert "Sender not verified: what counts as the answer of France." in page
        rows = spreadsheet(subject_of(campaign_folder, outbox), Calendar(ZoneInfo("Europe/Zurich"), TODAY.date()))[1]
        assert {row[0]: row[COLUMNS.index("sender_verified")] for row in rows} == {"FRA": "no", "IRL": "yes"}

    def test_the_team_sees_whose_mail_is_to_be_read_and_no_answer_missing(self, campaign_folder, outbox):
        answer(outbox, letter(outbox, "FRA"), NOON + timedelta(days=3), read=False)
        letter(outbox, "IRL")
        report = report_of(campaign_folder, outbox)
        assert [owes.name for owes in report.unanswered] == ["Ireland"]
        page = text_of(page_of(campaign_folder, outbox))
        assert "To read: mail from France." in page
        assert "1 to read" in page

    @pytest.mark.parametrize(
        "status", [Status.REJECTED, Status.QUEUED, Status.UNCONFIRMED, Status.WITHDRAWN, Status.BOUNCED]
    )
    def test_a_letter_that_came_back_or_never_left_looks_like_none(self, campaign_folder, outbox, status):
        letter(outbox, "IRL")
        before = told_to_the_public(campaign_folder, outbox)
        letter(outbox, "GHA", status=status)
        assert told_to_the_public(campaign_folder, outbox) == before

    @pytest.mark.parametrize("cases", [("beacon",), ("beacon", "sample")], ids=["one case", "two cases"])
    def test_a_letter_that_went_out_once_more_looks_like_the_others(self, campaign_folder, cases):
        """To a mended address, days later: a day or an order would tell."""
        told = []
        for days in (0, 9):
            other = open_test_outbox(campaign_folder / f"{days}.db")
            for case in cases:
                letter(other, "GHA", case, at=NOON + timedelta(days=days))
                letter(other, "IRL", case)
            told.append(told_to_the_public(campaign_folder, other))
        assert told[0] == told[1]

    def test_the_team_sees_stances_and_no_address_name_or_text_either(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        page = page_of(campaign_folder, outbox)
        assert "will raise" in page
        assert ADDRESS.findall(page) == []
        assert not any(secret in page for secret in (WRITER, "A. Example", WORDS, REMARK))

    @pytest.mark.parametrize(
        "change",
        [("  web: yes", "  web: no"), ("\nconsent:", "\nembargo: 2999-01-01\nconsent:")],
        ids=["no consent", "embargo"],
    )
    def test_a_case_that_may_not_be_told_is_not_in_it_at_all(self, campaign_folder, outbox, change):
        letter(outbox, "SWE", "sample")
        letter(outbox, "SWE", "beacon")
        rewrite(campaign_folder / "cases" / "sample.md", change)
        public = subject_of(campaign_folder, outbox, public=True)
        page = page_of(campaign_folder, outbox, public=True)
        assert public.hidden == ("sample",)
        assert "Sample" not in page
        assert public.stages()["CHN"] is Stage.NOT_ASKED  # it would give the case away
        assert "Sample" in page_of(campaign_folder, outbox)

    def test_when_nothing_may_be_told_it_says_what_to_change(self, campaign_folder, outbox):
        letter(outbox, "SWE", "sample")
        rewrite(campaign_folder / "cases" / "sample.md", ("  web: yes", "  web: no"))
        with pytest.raises(UsageError, match=r"tell of none of these cases: sample\. .*consent: web: yes") as refused:
            subject_of(campaign_folder, outbox, Scope(case="sample"), public=True)
        assert refused.value.next_step == NextStep(Action.REPORT_TO_TEAM, case="sample")


class TestCorrections:
    @pytest.fixture
    def corrected(self, campaign_folder: Path, outreach: Command) -> Path:
        """Germany's act at hrc51-dialogue, for Beacon, was wrong."""
        done = outreach(
            *("record", "correct", "41", "--by", "C. Example", "--why", "The source names another State.", "--yes"),
            folder=campaign_folder,
        )
        assert done.returncode == 0, done.stderr
        return campaign_folder

    def test_the_public_page_lists_them_in_plain_words_and_without_a_name(self, corrected, outbox):
        letter(outbox, "DEU")
        page = text_of(page_of(corrected, outbox, public=True))
        assert (
            "we took back that Germany raised the case of Human Rights Center ‘Beacon’ (Interactive dialogue with the "
            "Assistant Secretary-General on reprisals, HRC51, 29 September 2022). The source names another State."
            in page
        )
        assert "C. Example" not in page
        assert "by C. Example" in text_of(page_of(corrected, outbox))

    def test_what_was_struck_out_counts_nowhere(self, corrected, outbox):
        letter(outbox, "DEU")
        [row] = subject_of(corrected, outbox).rows
        assert [act.instrument for act in row.acts] == ["hrc54-dialogue"]

    def test_a_correction_of_a_case_that_may_not_be_told_is_not_told(self, corrected, outbox):
        letter(outbox, "SWE", "sample")
        rewrite(corrected / "cases" / "beacon.md", ("  web: yes", "  web: no"))
        assert "Corrections" not in page_of(corrected, outbox, public=True)


def test_quoted_words_and_a_second_reader_stand_where_the_act_does(
    campaign_folder: Path, outbox: Outbox, outreach: Command
) -> None:
    add = ("record", "add", "--state", "PER", "--act", "raised", "--case", "beacon", "--instrument", "hrc51-dialogue")
    quote = ("--quote", "Nous sommes préoccupés.", "--quote-language", "fr", "--second-reader", "B. Example")
    assert outreach(*add, "--source", "https://example.org/a", *quote, folder=campaign_folder).returncode == 0
    letter(outbox, "PER")
    page = page_of(campaign_folder, outbox, public=True)
    assert '<q lang="fr">Nous sommes préoccupés.</q>' in page
    assert "read by two people" in page
    assert "B. Example" not in page


class TestTheRecordOverTheYears:
    def test_it_says_what_the_files_say_and_where_they_have_it_from(self, campaign_folder, outbox):
        report = report_of(campaign_folder, outbox)
        raised = {item.id: item.number for item in report.dialogues}
        signed = {item.date[:4]: item.number for item in report.statements}
        assert (raised["hrc51-dialogue"], raised["hrc54-dialogue"], raised["hrc60-dialogue"]) == (8, 13, None)
        assert [signed[year] for year in ("2019", "2020", "2021", "2022")] == [71, 75, 80, 80]
        assert [item.id for item in (*report.dialogues, *report.statements) if not item.sources] == []

    def test_a_note_on_a_discrepancy_is_for_the_team(self, campaign_folder, outbox):
        noted = {item.id: item.note for item in report_of(campaign_folder, outbox).statements}
        public = report_of(campaign_folder, outbox, public=True)
        assert "discrepancy" in noted["unga77-statement"]
        assert {item.note for item in (*public.statements, *public.dialogues)} == {""}

    def test_what_the_record_knows_by_name_is_counted(self, campaign_folder, outbox):
        named = {item.id: item.named for item in report_of(campaign_folder, outbox).statements}
        assert named["unga76-statement"] == 24

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [
            ("https://example.org/a-page", [("example.org", "https://example.org/a-page")]),
            ("a book ; https://www.example.org/b", [("a book", ""), ("example.org", "https://www.example.org/b")]),
            ("example.org/without-a-scheme", [("example.org/without-a-scheme", "")]),
            ("javascript:alert(1)//https://example.org", [("javascript:alert(1)//https://example.org", "")]),
            ("https://example.org/a b", [("https://example.org/a b", "")]),
            ("", []),
        ],
    )
    def test_only_addresses_on_the_web_become_links(self, cell, expected):
        assert [(source.words, source.link) for source in sources(cell)] == expected


class TestOneFile:
    @pytest.mark.parametrize("public", [False, True])
    def test_it_loads_nothing_and_runs_nothing(self, campaign_folder, outbox, public):
        a_campaign_under_way(outbox)
        page = page_of(campaign_folder, outbox, public=public)
        assert re.findall(r"<(script|link|img|iframe|object|embed|form|image)\b", page) == []
        assert re.findall(r"\bsrc(?:set)?=|@import|\bon\w+=", page) == []
        assert set(re.findall(r"url\((.)", page)) == {"#"}
        assert len(page.encode()) < 400_000

    def test_hostile_words_stay_words(self, campaign_folder, outbox):
        """Titles and sources are typed by people, and copied from anywhere."""
        hostile = "<script>alert(1)</script><b title='\"'>"
        letter(outbox, "SWE")
        letter(outbox, "SWE", hostile)
        rewrite(campaign_folder / "outreach.toml", ('title = "#EndReprisals"', f"title = '''{hostile}'''"))
        rewrite(campaign_folder / "cases" / "beacon.md", ("  en: Human Rights Center ‘Beacon’", f"  en: {hostile}"))
        rewrite(
            campaign_folder / "contacts" / "instruments.csv",
            ("a list made up for the tests", "</style></title><script>x</script>"),
        )
        page = page_of(campaign_folder, outbox)
        assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 4
        assert re.findall(r"<script|<b title|x</script", page) == []

    def test_a_rehearsal_says_so_in_the_title_at_the_top_and_on_paper(self, campaign_folder):
        rehearsal = open_outbox(campaign_folder, load_campaign(campaign_folder).settings, rehearsal=True)
        letter(rehearsal, "SWE")
        page = page_of(campaign_folder, rehearsal)
        assert "<title>REHEARSAL: " in page
        assert "<strong>REHEARSAL</strong> Nothing in this report reached a mission." in page
        assert "@top-center" in page
        assert "1 rehearsed" in text_of(page)
        assert "not asked" not in text_of(page)

    def test_an_earnest_one_does_not(self, campaign_folder, outbox):
        letter(outbox, "SWE")
        assert "REHEARSAL" not in page_of(campaign_folder, outbox)

    def test_an_empty_campaign_has_a_report_too(self, campaign_folder, outbox):
        page = text_of(page_of(campaign_folder, outbox))
        assert "No State has been asked yet." in page
        assert "The record over the years" in page
        assert "No answer on record" not in page

    def test_a_state_that_nobody_knows_is_in_the_legend_by_its_code(self, campaign_folder, outbox):
        letter(outbox, "XKX")
        legend = report_of(campaign_folder, outbox).map.legend
        assert [line.states for line in legend if line.stage is Stage.ASKED] == [("XKX",)]

    def test_every_state_on_the_map_says_in_words_how_far_it_has_come(self, campaign_folder, outbox):
        a_campaign_under_way(outbox)
        page = page_of(campaign_folder, outbox)
        titles = re.findall(r"<title>(.+?): ([a-zA-Z ]+)</title>", page.partition("<body>")[2])
        campaign = load_campaign(campaign_folder)
        drawn = draw_map(campaign.registry.states, subject_of(campaign_folder, outbox).stages())
        assert {name for name, _ in titles} >= {c.name for c in drawn.countries if "'" not in c.name}
        assert ("France", "answered") in titles
        assert ("Belarus", "State concerned") in titles


class TestTheCommand:
    @pytest.fixture
    def earnest(self, campaign_folder: Path, outreach: Command, outbox: Outbox) -> Callable[..., str]:
        """Run `outreach report` on a campaign that is under way; what it printed, both streams."""
        a_campaign_under_way(outbox)
        letter(outbox, "SWE", "sample")

        def run(*arguments: str, status: int = 0) -> str:
            done = outreach("report", *arguments, folder=campaign_folder)
            assert done.returncode == status, done.stderr
            return done.stdout + done.stderr

        return run

    def test_it_writes_one_file_that_only_its_owner_can_read(self, earnest, tmp_path):
        target = tmp_path / "out" / "page.html"
        target.parent.mkdir()
        said = earnest("--output", str(target))
        assert target.read_text(encoding="utf-8").endswith("</html>\n")
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert [path.name for path in target.parent.iterdir()] == ["page.html"]
        assert f"{target}: 6 States, 2 cases." in said
        assert "For outside, add --public." in said

    def test_one_for_outside_can_be_read_by_all_and_names_what_it_leaves_out(self, earnest, tmp_path, campaign_folder):
        rewrite(campaign_folder / "cases" / "sample.md", ("  web: yes", "  web: no"))
        said = earnest("--public", "--output", str(tmp_path / "page.html"))
        assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o644
        assert "Left out: sample." in said

    def test_a_report_replaces_a_report_and_no_other_file(self, earnest, tmp_path):
        mine, thesis = tmp_path / "report.html", tmp_path / "thesis.html"
        thesis.write_text("years of work")
        earnest("--output", str(mine))
        earnest("--public", "--output", str(mine))
        refused = earnest("--output", str(thesis), status=2)
        assert "for the team only" not in mine.read_text(encoding="utf-8")
        assert f"{thesis} is there already and is no report of outreach" in refused
        assert thesis.read_text() == "years of work"
        earnest("--yes", "--output", str(thesis))
        assert "EndReprisals" in thesis.read_text(encoding="utf-8")

    @pytest.mark.parametrize("place", [".", "missing/report.html"])
    def test_a_place_that_cannot_be_written_is_named(self, earnest, tmp_path, place):
        said = earnest("--output", str(tmp_path / place), status=2)
        assert str(tmp_path / place) in said
        assert "--output" in said

    def test_a_table_for_a_spreadsheet(self, earnest):
        rows = list(csv.DictReader(io.StringIO(earnest("--csv"))))
        france = next(row for row in rows if row["state"] == "FRA")
        assert tuple(france) == COLUMNS
        assert (france["stage"], france["asked_on"], france["days"]) == ("answered", "2022-09-01", "3")
        assert (france["stance"], france["raised"], france["came_back"]) == ("will-raise", NOT_NAMED, "no")
        assert len(rows) == 7

    def test_a_public_table_has_no_more_than_the_public_page(self, earnest):
        rows = list(csv.DictReader(io.StringIO(earnest("--csv", "--public"))))
        assert tuple(rows[0]) == PUBLIC_COLUMNS
        assert {row["stage"] for row in rows} == {"asked", "raised"}

    def test_a_rehearsals_table_marks_nobody_as_asked(self, campaign_folder, outreach):
        letter(open_outbox(campaign_folder, load_campaign(campaign_folder).settings, rehearsal=True), "SWE")
        done = outreach("report", "--csv", "--rehearse", folder=campaign_folder)
        [row] = csv.DictReader(io.StringIO(done.stdout))
        assert (row["stage"], row["asked_on"]) == ("rehearsed", "")
        assert "REHEARSAL" in done.stderr

    def test_a_table_goes_to_a_file_as_well(self, earnest, tmp_path):
        for _ in range(2):
            earnest("--csv", "--output", str(tmp_path / "table.csv"))
        assert (tmp_path / "table.csv").read_bytes().startswith(f"\ufeff{','.join(COLUMNS)}\r\n".encode())

    def test_only_one_case(self, earnest, tmp_path):
        earnest("--case", "sample", "--output", str(tmp_path / "page.html"))
        page = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert "J. Sample" in page
        assert "Beacon" not in page


def text_of(page: str) -> str:
    """What a person reads: the body without tags, its white space as single blanks."""
    body = re.sub(r"<(svg|style)\b.*?</\1>", " ", page.partition("<body>")[2], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", body).split())
