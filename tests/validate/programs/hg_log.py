# hg_log.py - the log of a repository of Mercurial, with patches.
# needs: mercurial
import io
import os
import tempfile

from mercurial import dispatch, ui


def hg(*words):
    out = io.BytesIO()
    request = dispatch.request([word.encode() for word in words], ui=ui.ui.load(), fout=out, ferr=io.BytesIO(),
                               fin=io.BytesIO())
    dispatch.dispatch(request)
    return len(out.getvalue())


with tempfile.TemporaryDirectory() as folder:
    os.environ['HGRCPATH'] = ''
    hg('init', folder)
    for i in range(25):
        for k in range(4):
            with open(folder + '/f%d' % k, 'a') as file:
                file.write('line %d\n' % i * 3)
        hg('-R', folder, 'commit', '-A', '-q', '-m', 'c%d' % i, '-u', 'a', '-d', '%d 0' % i)
    print(sum(hg('log', '-R', folder, '-p', '--stat') for _ in range(5)))
