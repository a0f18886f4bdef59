"""The rules, one file a concern: every module in here is discovered, none is listed anywhere."""
