"""The cultivation list: firms the county helps to grow, their needs, and the visits to them."""
