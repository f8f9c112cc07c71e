"""What commands about letters share: their languages, paragraphs for one State, attached files and advice."""
