"""What people's files say: text out of bytes, and numbers, days and codes out of text, with certainty or not at all.

Whatever takes files reads them by this, so that a cell means the same in each of them (ADR 0023). It knows no column by
name and no service: what a column is for is the reader's.
"""
