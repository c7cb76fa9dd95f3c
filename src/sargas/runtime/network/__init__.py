"""The network folder of a nation: its keys, certificates and partners, and the small signed files they exchange."""
