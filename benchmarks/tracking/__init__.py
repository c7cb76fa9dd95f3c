"""Every figure of the tracker against its limits: the peer and the product on the same files, one after the other."""
