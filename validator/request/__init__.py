"""The pre-submission check of assignment requests (RFC 6335, Sections 5, 7.2, 8.1 and 10.3)."""
