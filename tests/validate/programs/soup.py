# soup.py - pages of HTML as soup, searched and changed.
# needs: bs4
import bs4

page, total = '<html><body>' + '<div class="c"><p>text <b>b</b> <a href="x">y</a></p></div>' * 300 + '</body></html>', 0
for _ in range(5):
    soup = bs4.BeautifulSoup(page, 'html.parser')
    for link in soup.find_all('a'):
        link['href'] = 'z'
    total += len(soup.find_all('b')) + len(str(soup))
print(total)
