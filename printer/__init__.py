"""Paper: from ticket to layout to ESC/POS bytes, the devices and their print jobs."""
