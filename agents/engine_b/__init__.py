"""Engine B: agents that each look at the same context, and a meta decision on what they say."""
