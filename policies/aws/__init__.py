"""What AWS means by what a program declares: knowledge that rules share, and no rules."""
