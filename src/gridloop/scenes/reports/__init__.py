"""Residents report, grid workers take, units handle, residents judge."""
