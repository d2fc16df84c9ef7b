"""What a rule is, which rules run, and the report of what they find."""
