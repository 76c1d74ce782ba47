# types_checked.py - a module under mypy, which sets a threshold of its own.
# needs: mypy
import os

import mypy.api

result = mypy.api.run(['--no-incremental', '--cache-dir=/dev/null', os.path.dirname(os.__file__) + '/textwrap.py'])
print(result[2], len(result[0]), len(result[1]))
