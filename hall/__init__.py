"""The server of a service hall: its rules, records, actions and the screens of its staff."""
