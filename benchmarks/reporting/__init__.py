"""What makes the shares of human reports come true, learnt on simulated skies that nothing else is measured on."""
