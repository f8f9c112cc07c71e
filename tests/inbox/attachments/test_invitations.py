"""Day, hour and place of an invitation, whoever's calendar wrote it, and in bounded time."""

import time

import pytest

from outreach.inbox.attachments.invitations import read_invitation
from outreach.inbox.mail import Invitation

# As Exchange writes a zone of its own: the clock of Geneva under a name that says nothing.
CUSTOM = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*lines: str, zones: str = "", method: str = "REQUEST") -> str:
    event = "\n".join(("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\nMETHOD:{method}\n{zones}{event}\nEND:VCALENDAR\n"


def found(text: str) -> Invitation:
    invitation, _ = read_invitation(text)
    assert invitation
    return invitation


@pytest.mark.parametrize(
    ("line", "starts", "zone"),
    [
        ("DTSTART:20261203T140000Z", "2026-12-03T14:00:00+00:00", "UTC"),
        ("DTSTART;TZID=Europe/Zurich:20260703T140000", "2026-07-03T14:00:00+02:00", "Europe/Zurich"),
        ("DTSTART;TZID=AUS Eastern Standard Time:20260703T140000", "2026-07-03T14:00:00+10:00",
         "AUS Eastern Standard Time"),
        ('DTSTART;TZID="Romance Standard Time":20261203T140000', "2026-12-03T14:00:00+01:00", "Romance Standard Time"),
        ("DTSTART;VALUE=DATE-TIME;TZID=Tokyo Standard Time:20261203T140000", "2026-12-03T14:00:00+09:00",
         "Tokyo Standard Time"),
        ("DTSTART;TZID=/softwarestudio.org/Tzfile/Europe/Zurich:20261203T140000", "2026-12-03T14:00:00+01:00",
         "/softwarestudio.org/Tzfile/Europe/Zurich"),
        ("DTSTART;TZID=Customized Time Zone:20261203T140000", "2026-12-03T14:00:00+01:00", "Customized Time Zone"),
        ("DTSTART;TZID=Customized Time Zone:20260703T140000", "2026-07-03T14:00:00+02:00", "Customized Time Zone"),
        ("DTSTART;TZID=Customized Time Zone:20260329T010000", "2026-03-29T01:00:00+01:00", "Customized Time Zone"),
        ("DTSTART;TZID=Nowhere:20261203T140000", "2026-12-03T14:00:00", "Nowhere"),
        ('DTSTART;TZID="(UTC+01:00) Berlin":20261203T140000', "2026-12-03T14:00:00", "(UTC+01:00) Berlin"),
        ("DTSTART;TZID=../../../etc/passwd:20261203T140000", "2026-12-03T14:00:00", "../../../etc/passwd"),
        ("DTSTART:20261203T140000", "2026-12-03T14:00:00", ""),
        ("DTSTART;VALUE=DATE:20261203", "2026-12-03", ""),
        ("DTSTART:20261399T990000Z", "", ""),
        ("DTSTART:00010101T000000Z", "", ""),
        ("DTSTART:tomorrow at noon", "", ""),
    ],
)  # fmt: skip
def test_a_moment_is_told_only_where_its_time_zone_is_known(line: str, starts: str, zone: str) -> None:
    invitation = found(calendar(line, zones=CUSTOM))
    assert (invitation.starts, invitation.zone) == (starts, zone)


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        (("DTSTART:20261203T140000Z", "DTEND:20261203T150000Z"), "2026-12-03T15:00:00+00:00"),
        (("DTSTART:20261203T140000Z", "DURATION:PT90M"), "2026-12-03T15:30:00+00:00"),
        (("DTSTART:20261203", "DTEND:20261204"), ""),
        (("DTSTART:20261203", "DTEND:20261206"), "2026-12-05"),
        (("DTSTART:20261203T140000Z", "DTEND:20261203T100000Z"), ""),
        (("DTSTART:20261203T140000Z", "DTEND:20261203"), ""),
        (("DTSTART:20261203T140000Z", "DTEND:20261203T150000"), ""),
        (("DTSTART:20261203T140000Z", "DURATION:P999999999W"), ""),
    ],
)
def test_an_end_is_told_where_it_makes_sense(lines: tuple[str, ...], ends: str) -> None:
    invitation = found(calendar(*lines))
    assert (invitation.starts[:10], invitation.ends) == ("2026-12-03", ends)


def test_what_and_where_are_one_clean_line_each_whatever_is_written_around_them() -> None:
    text = calendar(
        "SUMMARY;LANGUAGE=en:Meeting\\, about\\nthe ca",
        " se \x1b[2J",
        "LOCATION:Palais des Nations\\; room\u202e IV",
        "DTSTART:20261203T140000Z",
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "BEGIN:VALARM",
        "SUMMARY:an alarm",
        "DTSTART:20200101T000000Z",
        "END:VALARM",
    )
    invitation = found(text)
    assert invitation.what == "Meeting, about the case [2J"
    assert invitation.place == "Palais des Nations; room IV"
    assert (invitation.repeats, invitation.starts[:4], invitation.method) == ("weekly", "2026", "request")


def test_its_description_is_given_for_a_mail_without_words() -> None:
    _, words = read_invitation(calendar("DTSTART:20261203T140000Z", "DESCRIPTION:Dear friends\\,\\n\\nlet us meet."))
    assert words == "Dear friends,\n\nlet us meet."


@pytest.mark.parametrize(
    ("lines", "method", "said", "answer"),
    [
        (("STATUS:CANCELLED",), "REQUEST", "cancel", ""),
        ((), "CANCEL", "cancel", ""),
        (("ATTENDEE;CN=A;PARTSTAT=DECLINED:mailto:a@example.org",), "REPLY", "reply", "declined"),
        (("ATTENDEE:mailto:a@example.org",), "REPLY", "reply", ""),
        ((), "COUNTER", "counter", ""),
    ],
)
def test_an_invitation_is_told_from_its_cancellation_and_its_answer(
    lines: tuple[str, ...], method: str, said: str, answer: str
) -> None:
    invitation = found(calendar("DTSTART:20261203T140000Z", *lines, method=method))
    assert (invitation.method, invitation.answer) == (said, answer)


def test_other_events_are_counted_and_an_exception_of_the_same_one_is_not() -> None:
    exception = "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20261210T140000Z\nDTSTART:20261211T140000Z\nEND:VEVENT\n"
    other = "BEGIN:VEVENT\nUID:2\nDTSTART:20270101T140000Z\nEND:VEVENT\n"
    series = calendar("DTSTART:20261203T140000Z").replace("BEGIN:VEVENT", exception + other + "BEGIN:VEVENT", 1)
    invitation = found(series)
    assert invitation.more == 1
    assert found(calendar("DTSTART:20261203T140000Z")).more == 0


@pytest.mark.parametrize("text", ["", "no calendar", "BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR"])
def test_what_has_no_event_is_no_invitation(text: str) -> None:
    assert read_invitation(text) == (None, "")


def test_an_invitation_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = calendar("DTSTART:20261203T140000Z", "LOCATION:Palais")
    assert found(whole[: whole.index("END:VEVENT")]).place == "Palais"


SECONDLY = CUSTOM.replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "FREQ=SECONDLY")
HOSTILE = {
    "a change of the clock each second": calendar("DTSTART;TZID=Customized Time Zone:20261203T140000", zones=SECONDLY),
    "an event each second": calendar("DTSTART:20261203T140000Z", "RRULE:FREQ=SECONDLY"),
    "100,000 events": "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nDTSTART:20261203\nEND:VEVENT\n" * 100_000,
    "100,000 levels": "BEGIN:VEVENT\n" * 100_000 + "DTSTART:20261203\n",
    "a line of a megabyte": calendar("DTSTART:20261203T140000Z", "SUMMARY:" + "\\," * 500_000),
    "a megabyte of parameters": calendar("DTSTART:20261203T140000Z", "SUMMARY" + ";A=b" * 250_000 + ":x"),
    "a start of a megabyte": calendar("DTSTART" + ";TZID=" * 200_000 + ":20261203T140000Z"),
    "a folded megabyte": calendar("DTSTART:20261203T140000Z", "LOCATION:" + "\n x" * 300_000),
    "a zone of a megabyte": calendar("DTSTART;TZID=" + "/a" * 500_000 + ":20261203T140000"),
    "month 99": calendar("DTSTART;TZID=Customized Time Zone:20261203T140000", zones=CUSTOM.replace("=10", "=99")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_invitation_takes_no_time(name: str) -> None:
    begun = time.process_time()
    read_invitation(HOSTILE[name])
    assert time.process_time() - begun < 1
