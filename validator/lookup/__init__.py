"""Who has a port or a service name, and what is around it: `ianalint lookup`."""
