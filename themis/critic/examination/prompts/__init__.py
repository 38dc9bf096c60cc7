"""What every examiner is told first."""
