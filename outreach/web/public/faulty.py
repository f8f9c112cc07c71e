"""Gives what is wrong with a form by the names of its fields, with the field for robots, which people do not see."""

from outreach.services.supporters.forms import Checked

ROBOTS = "website"


def faults_of(checked: Checked, robots: str) -> dict[str, str]:
    """Give the faults by field. Whoever filled in the field for robots by mistake is told so."""
    faults = {name.value: fault.value for name, fault in checked.faults.items()}
    return {**faults, ROBOTS: "robots"} if robots else faults
