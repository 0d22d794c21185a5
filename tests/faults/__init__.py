"""What goes wrong outside the program: processes killed, disks full, bytes flipped, clocks put, files gone.

    harness     a fault happens while a command is under way; what must hold afterwards
    scenes      archives, each with a command
    mishaps     the faults
    server      a server that is asked while they happen
    small_disk  a disk that fills up
    clock       a clock that is put, for every Python process that has it on its path
    long        as many of them as you have time for

The tests are short runs, with the same numbers each time.
"""
