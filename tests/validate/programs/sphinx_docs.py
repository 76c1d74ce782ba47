# sphinx_docs.py - a small manual with documentation of modules, built as HTML.
# needs: sphinx
import os
import tempfile

from sphinx.cmd.build import main

modules = 'json', 'argparse', 'textwrap', 'csv', 'pathlib'
with tempfile.TemporaryDirectory() as folder:
    with open(folder + '/conf.py', 'w') as file:
        file.write("project = 'x'\nextensions = ['sphinx.ext.autodoc']\nhtml_theme = 'basic'\n")
    for name in modules:
        with open(folder + '/%s.rst' % name, 'w') as file:
            file.write('%s\n====================\n\n.. automodule:: %s\n   :members:\n   :undoc-members:\n' % (name, name))
    with open(folder + '/index.rst', 'w') as file:
        file.write('Index\n=====\n\n.. toctree::\n\n' + ''.join('   %s\n' % name for name in modules))
    print(main(['-q', '-Q', '-b', 'html', folder, folder + '/out']), len(os.listdir(folder + '/out')))
