"""Files made or kept from the registry: services(5), nmap, Wireshark and private port lists."""
