"""A trading venue on AWS: web API, order gateway, matching worker, settlement."""
