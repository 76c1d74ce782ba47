# dom.py - trees of XML whose nodes know their parents: each one that is dropped is garbage in cycles.
from xml.dom import minidom

items = ('<item id="%d"><name>n%d</name><a><b>%d</b><c/></a></item>' % (i, i, i) for i in range(700))
text, found = '<r>' + ''.join(items) + '</r>', 0
for _ in range(8):
    found += len(minidom.parseString(text).getElementsByTagName('b'))
print(found)
