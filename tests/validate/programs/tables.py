# tables.py - rows of SQLite as dataclasses, grouped and sorted.
import dataclasses
import sqlite3


@dataclasses.dataclass
class Order:
    id: int
    customer: str
    amount: float
    lines: list


db = sqlite3.connect(':memory:')
db.execute('create table orders (id integer, customer text, amount real)')
db.executemany('insert into orders values (?, ?, ?)', ((i, 'c%d' % (i % 97), i % 1000 / 7) for i in range(20000)))
total = 0
for _ in range(4):
    orders = [Order(*row, []) for row in db.execute('select * from orders')]
    for order in orders:
        order.lines.append((order, order.amount)) if order.id % 5 == 0 else order.lines.append(order.amount)
    groups = {}
    for order in orders:
        groups.setdefault(order.customer, []).append(order)
    total += sum(len(sorted(g, key=lambda o: o.amount)) for g in groups.values())
print(total)
