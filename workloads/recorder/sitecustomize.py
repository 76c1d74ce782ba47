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


def _modules():
    import sys
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

    atexit.register(stop)  # registered first, it runs last
    os._exit = _exit
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
        numbers = {'k0': 'HEAPBENCH_RECORD_K0', 'q': 'HEAPBENCH_RECORD_Q', 'steady': 'HEAPBENCH_RECORD_STEADY'}
        _start(asked, record, {n: int(asked[v]) for n, v in numbers.items() if v in asked})


_begin()
