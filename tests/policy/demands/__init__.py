"""What each system's spec asks of a deployment, sentence by sentence, beside the profile that says it."""
