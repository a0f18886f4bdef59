"""What each system's spec demands: one module a profile, each with its `PROFILE`."""
