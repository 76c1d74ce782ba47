# json_records.py - documents of JSON: parsed, indexed, changed and written again.
import json

number, records = 12345, []
for i in range(8000):
    number = number * 6364136223846793005 + 1442695040888963407 & 2 ** 64 - 1
    some = number >> 33
    records.append({'id': i, 'name': 'user%d' % (some % 1000), 'tags': ['t%d' % (some % 7), 't%d' % (some % 11)],
                    'at': {'x': some % 100, 'y': some % 50}, 'score': some % 997 / 10})
text, total = json.dumps(records), 0
for _ in range(6):
    document, index = json.loads(text), {}
    for record in document:
        index.setdefault(record['name'], []).append(record)
    for record in document[::7]:
        record['at']['z'] = [1, 2]
    total += len(json.dumps(document[:4000])) + len(index)
print(total)
