"""Who could respond. Nothing here commands anything."""
