"""Open311 GeoReport v2: the worldwide way apps and cities exchange service requests, read and write."""
