# exceptions.py - exceptions that keep the frames which keep them.
def fail(i):
    try:
        if i % 3:
            raise ValueError(i)
        return i
    except ValueError as error:
        kept = error
        return [kept]


window = {}
for i in range(40000):
    window[i % 500] = fail(i)
print(len(window))
