"""Activities with shifts: sign-up, waiting list, check-in and check-out."""
