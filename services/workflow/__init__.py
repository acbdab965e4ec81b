"""The commands of the case (domain 4): one class per command, with its content and its guards."""
