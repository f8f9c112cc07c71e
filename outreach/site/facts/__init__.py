"""What record, cases and outbox let the public pages say on a day: pure data, worded nowhere."""
