"""For how long a network is left alone whose timeline cannot be looked at."""

from datetime import timedelta
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.errors import Deferred, DeliveryError
from outreach.outbox.models import Scope
from outreach.outbox.sending.outcome import Outcome, Rest
from outreach.outbox.status import Status
from outreach.outbox.store import now, open_outbox
from outreach.services.events import Event, TimelineSettled
from outreach.services.sending.timelines import SOON, _rest, settle_by_timelines
from outreach.services.workspace import Workspace
from tests.channels.networks.environments import CERTAIN, instance
from tests.channels.networks.http_server import Fault
from tests.channels.networks.mastodon_server import Instance
from tests.outbox.outboxes import lead, listing
from tests.outbox.posts.queued_posts import queue_posts

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("error", "looks", "pause"),
    [
        (Deferred("timeline: 503"), 0, SOON),
        (Deferred("timeline: 503", 0.0), 0, SOON),
        (Deferred("timeline: 503", 0.0), 1, 2 * SOON),
        (Deferred("timeline: 503"), 99, HOUR),
        (Deferred("timeline: 429", 7200.0), 3, 2 * HOUR),
        (DeliveryError("no account"), 2, 4 * SOON),
    ],
)
def test_it_is_left_alone_as_long_as_it_asks_for_and_longer_each_time(
    error: DeliveryError, looks: int, pause: timedelta
) -> None:
    begun = now()
    rest = _rest(error, looks)
    assert begun + pause <= rest.until <= now() + pause
    assert (rest.why, rest.looks) == (error.detail, looks + 1)


def test_as_long_as_that_it_is_asked_nothing_and_then_looked_at(
    campaign_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Instance(Fault("verify_credentials", status=503, first=1)) as server:
        for name, value in {**instance(server.url), **CERTAIN}.items():
            monkeypatch.setenv(name, value)
        campaign = load_campaign(campaign_folder)
        workspace = Workspace(campaign, open_outbox(campaign.folder, campaign.settings, rehearsal=False))
        [message] = queue_posts(workspace.outbox, "mastodon", 1, now())
        lead(workspace.outbox, message, Status.UNCONFIRMED, now())

        events: list[Event] = []
        first = settle_by_timelines(workspace, Scope(), ["mastodon", "smtp"], {}, events.append)
        rest = first["mastodon"].rest
        assert rest
        asked = len(server.requests)
        assert settle_by_timelines(workspace, Scope(), ["mastodon"], first, events.append)["mastodon"].rest == rest
        assert len(server.requests) == asked

        again = {"mastodon": Outcome(channel="mastodon", rest=Rest(rest.why, now(), rest.looks))}
        assert settle_by_timelines(workspace, Scope(), ["mastodon"], again, events.append)["mastodon"].settled == {
            message
        }
        assert [entry.status for entry in listing(workspace.outbox)] == [Status.QUEUED]
        assert events == [TimelineSettled("mastodon", there=0, missing=1)]
