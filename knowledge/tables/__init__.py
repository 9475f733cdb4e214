"""Tables as files that spreadsheets open: written here, and read again.

No cell that is written is a formula to any program, whatever it says.
"""
