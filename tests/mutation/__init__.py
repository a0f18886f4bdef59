"""Mutation of the rules and profiles: each small change to their code must be noticed by a fixture.

No kept tool fits: mutmut 3 leaves decorated functions alone, and every rule is one; cosmic-ray runs
a whole test command for each mutant, and there are thousands. So the mutants are made of the syntax
tree and judged in this process, a thousand in some seconds.
"""
