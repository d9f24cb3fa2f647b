"""Ways out of the house besides the mail server."""
