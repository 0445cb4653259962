"""What the tool talks about: frozen values without input, output or decisions."""
