"""Twice a year the stewards of a space look at every right in it: what is due, what there is to decide, and saving it.

What nobody confirms stays in force and is listed for the curator: a right that lapsed by itself would shut people out
because somebody was on holiday. A round is open from its first decision until every right has been decided on or was
given after it began.
"""
