"""Milliseconds a page, from a rendered letter to its PDF. Run it: python tests/benchmarks/bench_paper.py."""

from time import process_time

from outreach.errors import UsageError
from outreach.rendering.letters.setting.markdown import render
from outreach.rendering.paper.printer import Page, printer
from outreach.rendering.paper.tree import tree

PAGES = 20
WORDS = "the office received the report and members of the delegation spoke of it in public before the session "


def main() -> None:
    html = "".join(block.html for block in render("\n\n".join([WORDS * 3] * 6)))
    try:
        with printer("letter") as press:
            press.pdf(Page("The first", "en", ("An organisation",), tuple(tree(html))))
            start = process_time()
            for number in range(PAGES):
                press.pdf(Page(f"Letter {number}", "en", ("An organisation",), tuple(tree(html))))
            print(f"a letter as PDF: {(process_time() - start) / PAGES * 1e3:8.0f} ms a page")
    except UsageError as error:
        print(error)


if __name__ == "__main__":
    main()
