"""The registry as data: records with places, typed assignments, and the words of RFC 6335."""
