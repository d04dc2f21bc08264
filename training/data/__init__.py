"""The annotated sources, and which of their documents may be trained on."""
