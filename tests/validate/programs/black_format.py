# black_format.py - modules of the standard library as black lays them out.
# needs: black
import os

import black

total = 0
for name in 'cmd.py', 'code.py', 'csv.py', 'bisect.py', 'contextlib.py', 'calendar.py':
    with open(os.path.dirname(os.__file__) + '/' + name) as file:
        total += len(black.format_str(file.read(), mode=black.FileMode()))
print(total)
