# pylint_modules.py - modules of the standard library under pylint.
# needs: pylint
import contextlib
import io
import os
import tempfile

with tempfile.TemporaryDirectory() as folder:
    os.environ['PYLINTHOME'] = folder
    from pylint.lint import Run
    here = os.path.dirname(os.__file__)
    with contextlib.redirect_stdout(io.StringIO()):
        run = Run(['--disable=all', '--enable=E,W', '--persistent=n', '-j1'] +
                  [here + '/' + name for name in ('json/decoder.py', 'json/encoder.py', 'textwrap.py')], exit=False)
    print(run.linter.stats.statement)
