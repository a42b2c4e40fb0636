"""What a person is told: their notices, and how they wish to hear."""
