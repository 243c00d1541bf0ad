"""The benchmark: how fast the site answers, as ratios to bare baselines measured in the same run.

What is measured, and how to add to it, is said in `groups`. Stages, each in processes of its own: `world` makes a scratch
database and asks the groups for their requests; `server` starts granian as the front door does, for the site and for the
`bare` projects it is compared with; `load` sends requests, `work` does what no request does; `measure` runs them in rounds;
`table` prints the medians beside what they must and should be.
"""
