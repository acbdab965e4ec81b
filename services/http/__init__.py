"""The HTTP service: staff and partner systems at the same stories as every other door."""
