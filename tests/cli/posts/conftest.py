"""A campaign with one post, and real servers of the networks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.networks.mastodon_server import Instance
from tests.channels.networks.pds_server import Pds
from tests.channels.networks.x_server import XServer
from tests.cli.posts.typed import ONE, TWEETS, write


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """A campaign whose case has one post, in English alone."""
    for path in (campaign_folder / TWEETS).glob("beacon.*"):
        path.unlink()
    write(campaign_folder, ONE)
    return campaign_folder


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def mastodon() -> Iterator[Instance]:
    with Instance() as server:
        yield server


@pytest.fixture
def bluesky() -> Iterator[Pds]:
    with Pds() as server:
        yield server
