"""The benchmark suite: a large invented data set, what users do all day, and the least each of it could cost.

Figures are CPU time and ratios against a bare cursor with orjson in the same run on the same data, medians of several
runs:
the machines are shared, so wall clock says little. Nothing here passes or fails.
"""
