# sitecustomize.py - what heapbench record has the interpreter do before the program: start the recording, or count
# what its collector does. It leaves the path, the environment and the modules as they would have been.


def _refuse(why):
    import os
    import sys
    sys.stderr.write('heapbench record: %s: %s\n' % (sys.executable, why))
    sys.stderr.flush()
    os._exit(2)


def _asked():
    import os
    asked = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith('HEAPBENCH_RECORD_')}
    if asked:
        os.environ['PYTHONPATH'] = asked.get('HEAPBENCH_RECORD_PYTHONPATH', '')
        if not os.environ['PYTHONPATH']:
            del os.environ['PYTHONPATH']
    return asked


# What would be garbage without them, and be found in the program's recording.
_kept = []


# Of what nothing is known, by what there is to tell it by.
def _foreign():
    import sys
    flags = getattr(sys, 'abiflags', '')
    if sys.version_info < (3, 7):
        return 'Python %s, for which there is no recorder: accepted: CPython 3.11 to 3.13' % sys.version.split()[0]
    if sys.implementation.name != 'cpython':
        return '%s, and the recorder is one of CPython' % sys.implementation.name
    if 't' in flags:
        return 'a free-threaded build: objects have other heads, and threads collect without a lock'
    if 'd' in flags or hasattr(sys, 'gettotalrefcount'):
        return 'a debug build: its objects are laid out otherwise; use the one without'
    return None


def _modules():
    import sys
    why = _foreign()
    if why:
        _refuse(why)
    try:
        import heapbench_count
        import heapbench_record
    except ImportError as error:
        _refuse('CPython %s, for which there is no recorder: %s' % (sys.version.split()[0], error))
    del sys.modules['heapbench_record'], sys.modules['heapbench_count']
    _kept.extend((heapbench_record, heapbench_count))
    return _kept


def _shadowed():
    # The one that this file stands before, if there is one.
    import sys
    own = sys.modules.pop('sitecustomize', None)
    try:
        import sitecustomize  # noqa: F401
    except ImportError:
        sys.modules['sitecustomize'] = own


def _start(asked, recorder, arguments):
    import atexit
    import gc
    import os
    import sys
    leave = os._exit

    def stop():
        try:
            recorder.stop()
        except OSError as error:
            sys.stderr.write('heapbench record: %s\n' % error)

    def _exit(status):
        stop()
        leave(status)

    def follow():  # as in the program: counters begin at 0, and no garbage is taken for alive
        gc.collect()
        try:
            recorder.start('%s.%d' % (asked['HEAPBENCH_RECORD_PATH'], os.getpid()), **whole)
        except (RuntimeError, OSError) as error:
            sys.stderr.write('heapbench record: %s\n' % error)

    whole = {n: value for n, value in arguments.items() if n not in ('seconds', 'every')}
    atexit.register(stop)  # registered first, it runs last
    os._exit = _exit
    if 'HEAPBENCH_RECORD_CHILDREN' in asked:
        os.register_at_fork(after_in_child=follow)
    gc.collect()
    try:
        recorder.start(asked['HEAPBENCH_RECORD_PATH'], **arguments)
    except (RuntimeError, OSError) as error:
        _refuse(str(error))


def _begin():
    import os
    import sys
    asked = _asked()
    here = os.path.dirname(os.path.abspath(__file__))
    path = [p for p in sys.path if os.path.abspath(p) != here]
    if not asked:
        restored = sys.path[:]
        sys.path[:] = path
        _shadowed()
        sys.path[:] = restored
        return
    record, count = _modules()
    sys.path[:] = path
    _shadowed()
    thresholds = asked.get('HEAPBENCH_RECORD_THRESHOLDS')
    if thresholds:
        _start(asked, count.Counter(thresholds), {})
    else:
        numbers = {'k0': 'HEAPBENCH_RECORD_K0', 'q': 'HEAPBENCH_RECORD_Q', 'steady': 'HEAPBENCH_RECORD_STEADY',
                   'graph': 'HEAPBENCH_RECORD_GRAPH'}
        arguments = {n: int(asked[v]) for n, v in numbers.items() if v in asked}
        if 'HEAPBENCH_RECORD_WINDOWS' in asked:
            seconds, _, every = asked['HEAPBENCH_RECORD_WINDOWS'].partition(',')
            arguments.update(seconds=float(seconds), every=float(every))
        _start(asked, record, arguments)


_begin()
