"""What became of the registry between two dumps: changes, and the rules about them (family HX)."""
