# web.py - pages of Django from its ORM, asked for by its client.
# needs: django
import sys
import types

import django
from django.conf import settings

settings.configure(TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates'}], ROOT_URLCONF='pages',
                   DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}},
                   ALLOWED_HOSTS=['*'], INSTALLED_APPS=['django.contrib.contenttypes', 'django.contrib.auth'])
pages = sys.modules['pages'] = types.ModuleType('pages')
pages.urlpatterns = []
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import path

text = '{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell|upper }}</td>{% endfor %}</tr>{% endfor %}'


def page(request, number):
    if number % 5 == 0:
        User.objects.create(username='u%d' % number)
    rows = [['a%d' % i, 'b%d' % number, user.username] for i, user in enumerate(User.objects.all()[:20])]
    return HttpResponse(Template(text).render(Context({'rows': rows})))


pages.urlpatterns.append(path('x/<int:number>', page))
call_command('migrate', verbosity=0)
print(sum(len(Client().get('/x/%d' % i).content) for i in range(120)))
