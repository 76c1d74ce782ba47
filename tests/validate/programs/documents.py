# documents.py - the documentation of modules as text.
import pydoc

modules = 'argparse', 'ast', 'collections', 'decimal', 'email.message', 'json', 'logging', 'pathlib', 'tarfile', 'typing'
print(sum(len(pydoc.render_doc(name, renderer=pydoc.plaintext)) for name in modules))
