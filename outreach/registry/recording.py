"""Adds acts to contacts/record.csv without touching another byte; refuses what the file says already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from outreach.errors import DataError, Problem, UsageError
from outreach.registry.editing import with_rows
from outreach.registry.facts import read_choice, read_rough_date
from outreach.registry.load import load_registry
from outreach.registry.model import Act, Registry
from outreach.registry.record import COLUMNS, FILE, read_kind, read_source
from outreach.registry.saving import one_at_a_time, save
from outreach.registry.sheet_checks import value_message
from outreach.registry.spreadsheet import read_sheet
from outreach.registry.states import find_state, fold
