"""Notes in, recording in, jump-links out: the stages and what they hand to each other."""
