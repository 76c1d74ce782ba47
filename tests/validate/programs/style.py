# style.py - modules of the standard library under pycodestyle and pyflakes.
# needs: pycodestyle
import io
import os

import pycodestyle
import pyflakes.api
import pyflakes.reporter

files = [os.path.dirname(os.__file__) + '/' + name for name in ('ast.py', 'csv.py', 'textwrap.py', 'uuid.py', 'shlex.py')]
total = pycodestyle.StyleGuide(quiet=2).check_files(files).total_errors
reporter = pyflakes.reporter.Reporter(io.StringIO(), io.StringIO())
for name in files:
    with open(name) as file:
        total += pyflakes.api.check(file.read(), name, reporter)
print(total)
