# letters.py - messages of e-mail with parts: built, written, parsed and walked.
import email
import email.policy
from email.message import EmailMessage

total = 0
for i in range(160):
    message = EmailMessage()
    message['Subject'] = 'number %d' % i
    message['From'], message['To'] = 'a@example.org', ', '.join('b%d@example.org' % k for k in range(i % 5 + 1))
    message.set_content('text\n' * (i % 20 + 1))
    message.add_alternative('<p>text</p>' * (i % 7 + 1), subtype='html')
    message.add_attachment(b'0' * 100, maintype='application', subtype='octet-stream', filename='f%d' % i)
    parsed = email.message_from_bytes(bytes(message), policy=email.policy.default)
    total += sum(len(part.as_string()) for part in parsed.walk())
print(total)
