# heapbench_count.py - count what the collector of a plain interpreter does at given thresholds: the truth that
# simulations are compared with.
import array
import gc
import time


class Counter:
    # thresholds: "700,10,10"; with "+time", what each collection takes as well: generation, ns of CPU time, objects found.
    def __init__(self, thresholds):
        numbers, _, self.times = thresholds.partition('+')
        self.thresholds = [int(n) for n in numbers.split(',')]
        self.each, self.began = array.array('q'), 0
        self.path = None

    # The counters begin at 0, as after a full collection, which is not counted.
    def start(self, path):
        self.path = path
        self.resident = self.memory('VmRSS')
        self.forget_peak()
        self.before = self.figures()
        self.cpu = time.process_time_ns()
        gc.collect()
        if self.times:
            gc.callbacks.append(self.note)
        gc.set_threshold(*self.thresholds)

    # Of collections, then of objects found, by generation.
    @staticmethod
    def figures():
        return [s[name] for name in ('collections', 'collected') for s in gc.get_stats()]

    def note(self, phase, info, clock=time.thread_time_ns):
        if phase == 'start':
            self.began = clock()
        else:
            took = clock() - self.began
            self.each.append(info['generation'])
            self.each.append(took)
            self.each.append(info['collected'])

    # In a container /proc may be read-only: the peak is then that of the interpreter's start as well, below most programs'.
    @staticmethod
    def forget_peak():
        try:
            with open('/proc/self/clear_refs', 'w') as file:
                file.write('5')
        except OSError:
            pass

    @staticmethod
    def memory(name):
        with open('/proc/self/status') as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))

    def stop(self):
        if not self.path:
            return
        counts = gc.get_count()
        cpu = time.process_time_ns() - self.cpu
        path, self.path = self.path, None
        did = [now - before for now, before in zip(self.figures(), self.before)]
        did[2] -= 1
        figures = {'thresholds': self.thresholds, 'cpu_ns': cpu, 'collections': did[:3], 'found': did[3:], 'counts': list(counts),
                   'began_bytes': self.resident, 'peak_bytes': self.memory('VmHWM') - self.resident}
        if self.times:
            took = self.each[1::3]
            figures.update(gc_ns=sum(took), longest_ns=max(took, default=0), each=list(self.each))
        with open(path, 'w') as file:
            file.write(repr(figures).replace("'", '"') + '\n')  # numbers, and lists of them
