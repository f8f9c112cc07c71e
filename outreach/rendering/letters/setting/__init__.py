"""How a letter's text is set: Markdown, plain text, the HTML page, typography, right to left."""
