"""The verb of whoever writes and looks on."""
