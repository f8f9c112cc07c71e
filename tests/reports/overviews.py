"""The overview of an outbox, read with the gate that the services open for `status`."""

from outreach.campaign import Campaign
from outreach.outbox.models import Scope
from outreach.outbox.store import Outbox
from outreach.reports.overview import Overview, read_overview
from outreach.services.workspace import Workspace


def overview_of(campaign: Campaign, outbox: Outbox, scope: Scope | None = None) -> Overview:
    return read_overview(campaign, outbox, scope or Scope(), Workspace(campaign, outbox).gate)
