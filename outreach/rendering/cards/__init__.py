"""Cards: pictures that say a name, a quote or thanks, for posts and for links to the public page."""
