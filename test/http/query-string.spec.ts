import { loggedUrl, MAX_PARAMETERS, parseQuery, UnreadableQuery, withoutToken } from '../../src/http/request-line.js';

describe('a query string', () => {
  it.each([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2', { a: ['1', '2'] }],
    ['a&b=&&c', { a: '', b: '', c: '' }],
    ['call%62ack%21=a%2Cb+c=d', { 'callback!': 'a,b c=d' }],
    ['n=%C3%A4%F0%9F%98%80', { n: 'ä😀' }],
    ['__proto__=1&constructor=2', JSON.parse('{ "__proto__": "1", "constructor": "2" }')],
  ])('%j is taken apart', (text, expected) => {
    expect({ ...parseQuery(text) }).toEqual(expected);
  });

  it('has at most 100 parameters, empty ones included', () => {
    expect(Object.keys(parseQuery(names(MAX_PARAMETERS).join('&')))).toHaveLength(MAX_PARAMETERS);
    for (const text of [names(MAX_PARAMETERS + 1).join('&'), 'a=&'.repeat(5000), '&'.repeat(MAX_PARAMETERS)]) {
      expect(parseQuery(text)).toMatchObject({ detail: 'The query string has more than 100 parameters.' });
    }
  });

  it.each(['%', 'a=%zz', 'a=%E0%A4%A&b=1', '%C3&%A4', 'a=%C3%28'])('%j has a bad escape', (text) => {
    const query = parseQuery(text);
    expect(query).toBeInstanceOf(UnreadableQuery);
    expect(query.detail).toBe('The query string has a bad escape.');
  });
});

describe('a URL without its token', () => {
  it.each([
    ['/client', '/client'],
    ['/client?a=1', '/client?a=1'],
    ['/client?_token=x', '/client'],
    ['/client?_token', '/client'],
    ['/client?_token=x&a=1', '/client?a=1'],
    ['/client?a=1&_token=x&b=2&_TOKEN=y', '/client?a=1&b=2'],
    ['/client?%5ftoken=x&%5F%54%6f%6B%65n=y&_%74oken=z', '/client'],
    ['/client#_token=x', '/client'],
    ['/client?_tokens=x&a_token=y&_%74oke=z', '/client?_tokens=x&a_token=y&_%74oke=z'],
    ['/client?%zz=1&_token=x&%', '/client?%zz=1&%'],
    ['/client?a=1?_token=x', '/client?a=1?_token=x'],
  ])('%s → %s', (url, expected) => {
    expect(withoutToken(url)).toBe(expected);
  });

  it('is cut in the log, between two of its parts', () => {
    const short = `/client?_token=x&a=${'b'.repeat(900)}`;
    expect(loggedUrl(short)).toBe(short.replace('_token=x&', ''));
    const filters = `/client?${names(600).join('&')}`;
    const shown = loggedUrl(filters);
    expect(shown.length).toBeLessThanOrEqual(1025);
    expect(filters.startsWith(shown.slice(0, -1))).toBe(true);
    expect(shown).toMatch(/[&=]…$/);
    expect(loggedUrl(`/${'a'.repeat(5000)}`)).toBe('/…');
    expect(loggedUrl(`/client?a=${'b'.repeat(1000)}&_token=${'c'.repeat(5000)}`)).toBe(`/client?a=${'b'.repeat(1000)}`);
  });
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}=`);
}
