"""Watching a mailbox: how long it waits for a server that is away, and that it says so once."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from outreach.inbox.mailbox.watch import Watch
from tests.inbox.mailbox.imap_line import Line
from tests.inbox.mailbox.imap_servers import Pymap
from tests.inbox.mailboxes import imap_settings, open_real_inbox


class EnoughError(Exception):
    """The test has seen enough."""


def test_it_waits_longer_each_time_up_to_five_minutes_and_says_once_that_the_server_is_away(
    campaign_folder: Path,
) -> None:
    waits, lost = list[float](), list[str]()
    inbox = open_real_inbox(campaign_folder)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 11:
            raise EnoughError

    with Pymap() as server, ExitStack() as stack:
        line = stack.enter_context(Line(server.port))
        watch = Watch(
            imap_settings(server, port=line.port),
            lambda: inbox,
            {},
            on_lost=lost.append,
            on_reached=lambda: None,
            sleep=sleep,
        )
        batches = watch.batches()
        assert next(batches) == []
        stack.close()

        with pytest.raises(EnoughError):
            next(batches)

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert len(lost) == 1


def test_a_server_that_cannot_tell_of_mail_is_asked_as_often_as_the_settings_say(campaign_folder: Path) -> None:
    """So it is with several folders, of which IDLE watches only one."""
    waits = list[float]()
    inbox = open_real_inbox(campaign_folder)
    with Pymap() as server:
        server.make("Other")
        settings = imap_settings(server, folder=("INBOX", "Other"), poll_seconds=17)
        batches = Watch(
            settings, lambda: inbox, {}, on_lost=lambda why: None, on_reached=lambda: None, sleep=waits.append
        ).batches()
        assert [next(batches) for _ in range(3)] == [[], [], []]
    assert waits == [17, 17]
