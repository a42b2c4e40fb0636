"""GB/T 26875.3-2011: how fire alarm transmission devices speak to a monitoring centre."""
