"""The forms that anybody may fill in: write, join, confirm, my voice, leave. Calls only the supporters' services."""
