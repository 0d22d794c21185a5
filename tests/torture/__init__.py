"""Long attacks on the real program: `make torture` runs them. They print figures, and end with 1 where one is too bad.

python -m tests.torture.jobs             kill -9 to whoever does jobs, and to the one that gives them out
python -m tests.torture.fuzz N SEED      N odd requests, byte by byte
python -m tests.torture.load             many readers, players and attackers at once
python -m tests.torture.downloads        hosts that send without end, slowly, packed, or nested
python -m tests.torture.sizes            the largest meetings, and notes and transcripts of hostile shapes

`tests.faults.long` is about what goes wrong outside the program.
"""
