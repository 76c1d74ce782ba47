# docutils_page.py - one long page of reStructuredText as HTML.
# needs: docutils
import docutils.core

part = '''{title}
{line}

- *item* one ``code``
- **item** two, see `link <http://example.org/{title}>`_

.. note:: text of {title}

   ======  =====
   left    right
   ======  =====
   1       2
   ======  =====

'''
text = ''.join(part.format(title='Section %d' % i, line='=' * 20) for i in range(150))
settings = {'report_level': 5, 'halt_level': 6, 'embed_stylesheet': False, 'stylesheet_path': ''}
print(len(docutils.core.publish_string(text, writer_name='html5', settings_overrides=settings)))
