"""Who volunteers: people, teams, skills, credentials and when they can come."""
