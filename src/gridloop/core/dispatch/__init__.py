"""Who should get a case: rules, admission, classification, matching."""
