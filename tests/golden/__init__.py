"""Each stack as its program declares it, kept as a file that a reviewer reads.

`dev` and `prod` are kept whole. A size is kept as what distinguishes it from the next smaller one, which is what a
reviewer of a size wants to see; together the files say all of every stack (a test builds each stack from them).
"""
