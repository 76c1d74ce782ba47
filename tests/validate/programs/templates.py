# templates.py - templates compiled and rendered.
# needs: jinja2
import jinja2

text = '''{% macro cell(x) %}<b>{{ x|e }}</b>{% endmacro %}{% for row in rows %}<tr>{% for name, value in row.items() %}
<td>{{ cell(value) }}{{ loop.index }}</td>{% endfor %}</tr>{% endfor %}'''
environment, total = jinja2.Environment(), 0
for i in range(80):
    template = environment.from_string(text + '<!-- %d -->' % i)
    total += len(template.render(rows=[{'a': k, 'b': 'x<%d' % k, 'c': [k]} for k in range(60)]))
print(total)
