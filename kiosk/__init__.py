"""The ticketing kiosk: touch pages, ID readers and scanners."""
