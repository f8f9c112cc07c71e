"""The campaign's public page as plain files: built from what is on record, sent nowhere, served by anybody."""
