"""The services behind the gateway: the only room that is a client of HTTP."""
