import { REDIRECT_URI_CORPUS } from '../../src/operations/redirect-uri.corpus.js';
import { redirectUrisPage } from '../../src/operations/redirect-uris.page.js';
import { startServer, type TestServer } from '../support/test-server.js';

const PATH = '/doc/redirect-uris';

/** The tags of the page; whatever else looks like one has come from the data. */
const OWN_TAGS = /<\/?(p|code|mark|h2|table|thead|tbody|tr|th|td)( scope="col")?>/g;

/** What a browser shows of a piece of HTML without tags. */
const unescaped = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

/** The rows under each heading, with their code points read back into characters. */
function tablesOf(html: string): Record<string, { uri: string; reason: string }[]> {
  const sections = html.split('<h2>').slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const rows = [...section.matchAll(/<tr><td><code>(.*?)<\/code><\/td><td>(.*?)<\/td><\/tr>/g)];
      return [section.slice(0, section.indexOf('</h2>')), rows.map(([, uri, reason]) => rowOf(uri!, reason!))];
    }),
  );
}

function rowOf(uri: string, reason: string) {
  const text = uri
    .replace('<mark>empty</mark>', '')
    .replace(/… <mark>(\d+) characters<\/mark>$/, ' ($1)')
    .replace(/<mark>U\+([0-9A-F]{4,6})<\/mark>/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)));
  return { uri: unescaped(text), reason: unescaped(reason) };
}

/** As the page shows an entry: what is too long, by its beginning and its length. */
const asShown = ({ uri, reason }: { uri: string; reason: string }) => ({
  uri: uri.length > 100 ? `${uri.slice(0, 100)} (${uri.length})` : uri,
  reason,
});

describe('GET /doc/redirect-uris', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const get = (accept?: string) => server.call('GET', PATH, { key: null, headers: accept ? { accept } : {} });

  it.each([
    ['says nothing of what it accepts', undefined],
    ['accepts anything, like curl', '*/*'],
    ['is a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    ['accepts HTML and JSON', 'text/html, application/json'],
    ['accepts neither HTML nor JSON', 'text/plain'],
  ])('is a page, without a credential, for a caller who %s', async (_, accept) => {
    const { status, headers, text } = await get(accept);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('vary')).toMatch(/\baccept\b/i);
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).toContain('<h1>Which redirect URIs are accepted</h1>');
  });

  it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/json, text/plain, */*'])(
    'is the data as JSON, without a credential, for Accept: %s',
    async (accept) => {
      const { status, headers, body } = await get(accept);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json(;|$)/);
      expect(headers.get('vary')).toMatch(/\baccept\b/i);
      expect(body).toEqual(REDIRECT_URI_CORPUS);
    },
  );

  it('shows every entry under its verdict, with its reason', async () => {
    const under = (v1: string, accounts: string) =>
      REDIRECT_URI_CORPUS.filter((entry) => entry.v1 === v1 && entry.accounts === accounts).map(asShown);
    expect(tablesOf((await get()).text)).toEqual({
      'Accepted by both APIs': under('accepted', 'accepted'),
      'Accepted by the accounts API only': under('refused', 'accepted'),
      'Refused by both APIs': under('refused', 'refused'),
    });
  });

  it('holds no markup but its own, and no character that cannot be seen', async () => {
    const { text } = await get();
    const content = text.slice(text.indexOf('</h1>') + '</h1>'.length, text.indexOf('<footer>'));
    expect(content.replace(OWN_TAGS, '')).not.toMatch(/[<>"]/);
    expect(content.replaceAll(/[\x20-\x7e\n§…]/g, '')).toBe('');
  });

  it('is linked to from the pages of problems', async () => {
    for (const page of ['/doc/errors/validation-failed', '/doc/errors/1311']) {
      expect((await server.call('GET', page, { key: null })).text).toContain(`href="${PATH}"`);
    }
  });

  it('knows no other method', async () => {
    expect((await server.call('POST', PATH, { key: null, body: {} })).status).toBe(405);
  });
});

describe('the page of redirect URIs', () => {
  it('escapes what is hostile in any part of an entry', () => {
    const { content: html } = redirectUrisPage([
      { uri: '"><script>&', v1: 'refused', accounts: 'refused', reason: '</td><img src=x onerror="x">&' },
    ]);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(tablesOf(html)).toEqual({
      'Refused by both APIs': [{ uri: '"><script>&', reason: '</td><img src=x onerror="x">&' }],
    });
  });

  it('has a place for every pair of verdicts, and none for a pair that does not occur', () => {
    const entry = { uri: 'https://a.com/', v1: 'accepted', accounts: 'refused', reason: 'an example' } as const;
    expect(tablesOf(redirectUrisPage([entry]).content)).toEqual({
      'Accepted by the v1 API only': [{ uri: 'https://a.com/', reason: 'an example' }],
    });
  });
});
