"""ANSWERS: reads what comes back, says what it is, ties it to the letter it answers, and keeps what people decide."""
