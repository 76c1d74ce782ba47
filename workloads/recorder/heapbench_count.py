# heapbench_count.py - count what the collector of a plain interpreter does at given thresholds: the truth that
# simulations are compared with.
import gc
import json
import time


class Counter:
    # thresholds: "700,10,10"; with "+time", how long collections take as well, which makes objects.
    def __init__(self, thresholds):
        numbers, _, self.times = thresholds.partition('+')
        self.thresholds = [int(n) for n in numbers.split(',')]
        self.longest = self.spent = self.began = 0
        self.path = None

    # The counters begin at 0, as after a full collection, which is not counted.
    def start(self, path):
        self.path = path
        self.resident = self.memory('VmRSS')
        if self.times:
            gc.callbacks.append(self.note)
        with open('/proc/self/clear_refs', 'w') as file:
            file.write('5')
        self.before = self.figures()
        self.cpu = time.process_time_ns()
        gc.collect()
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
            self.spent += took
            self.longest = max(self.longest, took)

    @staticmethod
    def memory(name):
        with open('/proc/self/status') as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))

    def stop(self):
        if not self.path:
            return
        cpu = time.process_time_ns() - self.cpu
        path, self.path = self.path, None
        did = [now - before for now, before in zip(self.figures(), self.before)]
        did[2] -= 1
        figures = {'thresholds': self.thresholds, 'cpu_ns': cpu, 'collections': did[:3], 'found': did[3:],
                   'peak_bytes': self.memory('VmHWM') - self.resident}
        if self.times:
            figures.update(gc_ns=self.spent, longest_ns=self.longest)
        with open(path, 'w') as file:
            json.dump(figures, file)
            file.write('\n')
