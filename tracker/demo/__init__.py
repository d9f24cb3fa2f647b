"""The demo agency: invented, alive, mid-course."""
