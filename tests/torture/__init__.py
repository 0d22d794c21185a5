"""Long runs that try to break the program: `make torture`. Each prints what it tried and what held."""
