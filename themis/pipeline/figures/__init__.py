"""What people look at: verdicts counted against what people say, and the runs behind a count.

`facts` is the one table that everything is counted in: the newest final verdict of each judge on
each run, with what people say of it. `counted` counts it, `behind` lists what was counted.
"""
