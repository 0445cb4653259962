"""Memory, hours and cost: pure arithmetic over dated tables."""
