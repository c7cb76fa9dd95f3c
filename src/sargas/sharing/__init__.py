"""The network of nations: labels and rules, what is released and how, hand-over and cues between nations. Pure."""
