"""A target for atheris: `python tests/inbox/classify/fuzz_classify.py CORPUS -max_total_time=600`.

atheris is no dependency of ours: install it beside the program. CORPUS is a folder that it fills; begin it with a copy
of `tests/inbox/mails`. Every input goes through the checks of test_classify_properties.py, with both ends of lines.
"""

import sys

import atheris

with atheris.instrument_imports(include=["outreach.inbox", "flufl.bounce"]):
    from tests.inbox.classify.test_classify_properties import check


def one_input(data: bytes) -> None:
    check(data)
    check(data.replace(b"\n", b"\r\n"))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
