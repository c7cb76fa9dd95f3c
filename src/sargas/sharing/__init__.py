"""What nations share: labels and release rules, envelopes, hand-over, cues; pure."""
