"""What holds of the chat system whatever its configuration: 500 of them are built, or refused with a reason."""
