# classes.py - classes that are made and dropped, closures and generators that know themselves.
def make(i):
    class Point:
        name = 'p%d' % i

        def __init__(self, x):
            self.x, self.me = x, self

        def walk(self):
            for k in range(3):
                yield k, self.x
    return Point


def closure(i):
    def again(n):
        return n and again(n - 1)
    return again(i % 4)


total = 0
for i in range(2500):
    kind = make(i)
    total += sum(k for point in (kind(i), kind(i + 1)) for k, _ in point.walk()) + closure(i)
print(total)
