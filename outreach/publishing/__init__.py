"""What a campaign tells everybody: its updates, where they are written, and what may not be told. Knows no page."""
