"""Long attacks on the real program: `make torture` runs them. They print figures, and end with 1 where one is too bad.

python -m tests.torture.kills N SEED     kill -9 at N random moments of each command
python -m tests.torture.fuzz N SEED      N odd requests, byte by byte
python -m tests.torture.load             many readers, players and attackers at once
python -m tests.torture.downloads        hosts that send without end, slowly, packed, or nested
python -m tests.torture.sizes            the largest meetings, and notes and transcripts of hostile shapes
"""
