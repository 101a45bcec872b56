import fc from 'fast-check';
import { REDIRECT_URI_CORPUS } from '../../src/operations/redirect-uri.corpus.js';
import { type DialectName, isAccepted } from '../support/redirect-uri-verdicts.js';

// The long form: FUZZ_RUNS=1000000 npm test -- test/clients/redirect-uri.fuzz
const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000);
/** A run takes well below a millisecond; this only ends a run that hangs. */
const TIMEOUT_MS = 60_000 + RUNS;

// ——— What the documents say of an accepted URI, once as the WHATWG parser sees it …

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** The words that `uri` breaks, as a browser reads it. */
function faultsWhenParsed(uri: string, dialect: DialectName): string[] {
  if (!URL.canParse(uri)) return ['is not a URL'];
  const { protocol, hostname, username, password, search, hash, href } = new URL(uri);
  const isWeb = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
  const isPrivateUse = protocol.includes('.');
  return sentences({
    'is neither https nor http on localhost': !isWeb && !(dialect === 'accounts' && isPrivateUse),
    'has a query': dialect === 'v1' && search !== '',
    'has a fragment': hash !== '',
    'has user information': username !== '' || password !== '',
    'is not canonical': href !== uri && href !== `${uri}/`,
  });
}

// ——— … and once read raw, by the regular expressions of RFC 3986 and nothing of the parser above.

/** RFC 3986, appendix B. */
const COMPONENTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** RFC 3986 §2: reserved, unreserved and `%`; without `*`, which rule R takes for a wildcard. */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()+,;=%]*$/;
const HOST_AND_PORT = /^([a-z0-9.-]+|\[::1\])(?::(0|[1-9][0-9]{0,4}))?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}(?<!\.)$/;
const PRIVATE_USE = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+$/;
const DEFAULT_PORTS: Record<string, string> = { http: '80', https: '443' };

/** The words that `uri` breaks, read byte by byte. */
function faultsWhenReadRaw(uri: string, dialect: DialectName): string[] {
  const [, scheme = '', authority, path = '', query, fragment] = COMPONENTS.exec(uri) ?? [];
  const isPrivateUse = dialect === 'accounts' && PRIVATE_USE.test(scheme);
  return [
    ...sentences({
      'is longer than 2048 characters': uri.length > 2048,
      'holds a character that stands in no URI': !URI_CHARACTERS.test(uri),
      'has a query': query !== undefined && dialect === 'v1',
      'has a fragment': fragment !== undefined,
      'has user information': authority?.includes('@') ?? false,
      'has a . or .. segment': path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment)),
    }),
    ...(isPrivateUse
      ? sentences({ 'is a host and a port': authority === undefined && /^\d+$/.test(path.split('/')[0]!) })
      : webFaults(scheme, authority, path, query)),
  ];
}

function webFaults(scheme: string, authority: string | undefined, path: string, query: string | undefined): string[] {
  const [, host, port] = HOST_AND_PORT.exec(authority ?? '') ?? [];
  if (host === undefined) return ['has no host of letters, digits, hyphens and dots'];
  const labels = host.split('.');
  const isAddress = /^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1)!);
  return sentences({
    'is neither https nor http on localhost': scheme !== 'https' && !(scheme === 'http' && LOOPBACK.includes(host)),
    'has a label that is empty or begins or ends with a hyphen':
      host !== '[::1]' && labels.some((label) => /^$|^-|-$/.test(label)),
    'has an IPv4 address in another form than four decimal numbers': isAddress && !IPV4.test(host),
    'names the unspecified address': host === '0.0.0.0',
    'has a port beyond 65535': Number(port ?? 0) > 65_535,
    'has the default port': port !== undefined && port === DEFAULT_PORTS[scheme],
    'has a query without a path': path === '' && query !== undefined,
  });
}

function sentences(broken: Record<string, boolean>): string[] {
  return Object.keys(broken).filter((sentence) => broken[sentence]);
}

// ——— Strings that are URIs, nearly URIs, and anything at all.

/** What has fooled parsers, and what tells an accepted URI from a refused one. */
const SNIPPETS = [
  ...['', '/', '//', '/./', '/../', '/.//', '.', '..', '%2e', '%2E%2e', '%', '%00', '%2f', '%40', '%3f', '%23', '%5c'],
  ...['\\', '@', ':', ':@', ':443', ':80', ':0', ':65535', ':65536', ':08', '?', '?x=1', '#', '#x', "'", ';', ',', '!'],
  ...[
    '\t',
    '\n',
    '\r',
    '\0',
    ' ',
    '\x7f',
    '\u00a0',
    '\u00ad',
    '\u200b',
    '\u3002',
    '\uff0f',
    '\uff0e',
    '\u2100',
    '\u212a',
  ],
  ...[
    '\u0430',
    '\u00fc',
    '\u00df',
    '\u0130',
    '\ud83d\ude00',
    '\ud800',
    '*',
    '|',
    '{',
    '}',
    '<',
    '>',
    '"',
    '^',
    '`',
    '~',
  ],
  ...['A', 'a', 'x', '0', '1', '-', '_', '+', 'xn--', 'xn--bcher-kva', '[', ']', '[::1]', '[::]', '[::ffff:7f00:1]'],
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'evil.com',
    '127.0.0.1',
    '127.1',
    '0.0.0.0',
    '0x7f',
    '0177',
    '2130706433',
  ],
  ...[
    'http',
    'https',
    'http:',
    'https:',
    'http://',
    'https://',
    'HTTPS://',
    'javascript:',
    'data:',
    'file://',
    'blob:',
  ],
  ...['com.example.app:', 'com.example.app:/', 'com.example.app://', 'com.example.app', 'myapp:', 'ws:', 'about:'],
];
const snippet = fc.constantFrom(...SNIPPETS);

const inCorpus = fc.constantFrom(...REDIRECT_URI_CORPUS.map(({ uri }) => uri).filter((uri) => uri.length < 100));
/** At a place anywhere, some characters are replaced: none is an insertion, by none a deletion. */
const edit = fc.record({ at: fc.nat(99), away: fc.nat(3), instead: snippet });
const mutant = fc.tuple(inCorpus, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([uri, edits]) =>
  edits.reduce((text, { at, away, instead }) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + instead + text.slice(place + away);
  }, uri),
);
/** The head of one, the tail of another. */
const splice = fc
  .tuple(inCorpus, inCorpus, fc.nat(99), fc.nat(99))
  .map(([head, tail, end, start]) => head.slice(0, end % (head.length + 1)) + tail.slice(start % (tail.length + 1)));
const assembled = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'com.example.app:', 'com.example.app://', 'https:', 'javascript://'),
    fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.ipV6().map((address) => `[${address}]`),
      snippet,
      fc.constantFrom(...LOOPBACK),
    ),
    fc.oneof(
      fc.constant(''),
      fc.nat(70_000).map((port) => `:${port}`),
    ),
    fc.oneof(fc.constant(''), fc.webPath(), fc.stringMatching(/^(\/[!-~]{0,4}){1,3}$/)),
    fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: snippet }),
  )
  .map((parts) => parts.join(''));
const aboutTheLongest = fc
  .integer({ min: 2040, max: 2056 })
  .map((length) => `https://a.com/${'x'.repeat(length - 'https://a.com/'.length)}`);
const anyString = fc.oneof(
  { weight: 6, arbitrary: mutant },
  { weight: 2, arbitrary: splice },
  { weight: 4, arbitrary: assembled },
  { weight: 1, arbitrary: aboutTheLongest },
  { weight: 1, arbitrary: fc.array(snippet, { maxLength: 6 }).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.webUrl({ validSchemes: ['https', 'http'], withQueryParameters: true, withFragments: true }),
  },
  { weight: 1, arbitrary: fc.webUrl({ validSchemes: ['https'] }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii' }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

/** Checks every string; says how many of them were accepted. */
function acceptedOf(dialect: DialectName, check: (uri: string, accepted: boolean) => string[]): number {
  let acceptedOnes = 0;
  fc.assert(
    fc.property(anyString, (uri) => {
      const accepted = isAccepted(uri, dialect);
      if (accepted) acceptedOnes += 1;
      const faults = check(uri, accepted);
      if (faults.length > 0) throw new Error(`${JSON.stringify(uri)} ${faults.join(', ')}`);
    }),
    { numRuns: RUNS },
  );
  return acceptedOnes;
}

describe.each(['v1', 'accounts'] as const)('of any strings at all, %s', (dialect) => {
  it(
    'accepts none that breaks a word of its documents, be it parsed or read raw',
    () => {
      const accepted = acceptedOf(dialect, (uri, isTaken) =>
        isTaken ? [...faultsWhenParsed(uri, dialect), ...faultsWhenReadRaw(uri, dialect)] : [],
      );
      // Strings that are all refused would prove nothing.
      expect(accepted).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'refuses none over https, or on localhost, that keeps every word',
    () => {
      let kept = 0;
      acceptedOf(dialect, (uri, isTaken) => {
        // Whether punycode can be decoded, no regular expression tells; an apostrophe in a query is not canonical.
        const isBeyondTheReading = uri.includes('xn--') || /\?.*'/.test(uri) || !/^https?:/.test(uri);
        if (isBeyondTheReading || faultsWhenReadRaw(uri, dialect).length > 0) return [];
        kept += 1;
        return isTaken ? [] : ['is refused'];
      });
      expect(kept).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );
});

it(
  'v1 answers the same whether the operator lets plain http through on the accounts API or not',
  () => {
    fc.assert(
      fc.property(anyString, (uri) => {
        if (isAccepted(uri, 'v1', { allowPlainHttp: true }) !== isAccepted(uri, 'v1'))
          throw new Error(JSON.stringify(uri));
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);
