import { type ClientFilter, TYPES_AND_GRANTS, typeAndGrantsOf } from '#clients';
import {
  clientIdParameter,
  listQuery,
  type QueryString,
  singleClientId,
} from '../../../src/dialects/accounts/list-query.js';
import { authMethodOf, clientTypeOf } from '../../../src/dialects/accounts/type-words.js';
import { type Failure, FailureError, type QueryViolation } from '../../../src/http/failure.js';

/** A query string as the server decodes it. */
function decoded(text: string): QueryString {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    query[name] = name in query ? [query[name]!, value].flat() : value;
  }
  return query;
}

const read = (text: string) => listQuery(decoded(text));
const filtersOf = (text: string) => read(text).filters;

function violationsOf(text: string): readonly QueryViolation[] {
  let failure: Failure | undefined;
  try {
    read(text);
  } catch (error) {
    failure = error instanceof FailureError ? error.failure : undefined;
    if (failure?.kind !== 'invalid_query') throw error;
  }
  return failure?.kind === 'invalid_query' ? failure.violations : [];
}

const named = (text: string) => violationsOf(text).map(({ property, rule }) => `${property} ${rule}`);

const filter = (property: string, operator: string, values: string[], more: object = {}) => ({
  property,
  operator,
  values,
  match: 'any',
  negated: false,
  ...more,
});

describe('pages', () => {
  it.each([
    ['', { page: 1, size: 10, start: { offset: 0 }, limit: 10 }],
    ['page=1', { page: 1, size: 10, start: { offset: 0 }, limit: 10 }],
    ['page=3', { page: 3, size: 10, start: { offset: 20 }, limit: 10 }],
    ['size=3&page=2', { page: 2, size: 3, start: { offset: 3 }, limit: 3 }],
    ['size=1000', { page: 1, size: 1000, start: { offset: 0 }, limit: 1000 }],
    ['size=0', { page: 1, size: 0, start: { offset: 0 }, limit: 10_000 }],
  ])('%j', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  it.each([
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=x', 'page'],
    ['page=1.5', 'page'],
    ['page=1e3', 'page'],
    ['page=', 'page'],
    ['page=+1', 'page'],
    ['page=99999999999999', 'page'],
    ['page=1&page=2', 'page'],
    ['size=-1', 'size'],
    ['size=x', 'size'],
    ['size=1001', 'size'],
    ['size=', 'size'],
    ['size=1&size=2', 'size'],
  ])('%j is refused, naming the parameter', (text, parameter) => {
    expect(named(text)).toEqual([`${parameter} format`]);
  });

  const encoded = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

  it.each([
    [`page=2&_after=${encoded('my-app')}`, { after: { values: [], clientId: 'my-app' } }],
    [`page=2&_before=${encoded('my-app')}`, { before: { values: [], clientId: 'my-app' } }],
    [`sort=-clientName&_after=${encoded(null, 'my-app')}`, { after: { values: [null], clientId: 'my-app' } }],
    [
      `sort=created,grantTypes&_after=${encoded('2026-01-31T12:00:00.123Z', ['refresh_token'], 'my-app')}`,
      { after: { values: ['2026-01-31T12:00:00.123Z', ['refresh_token']], clientId: 'my-app' } },
    ],
  ])('%j begin where the link says', (text, start) => {
    expect(read(text).start).toEqual(start);
  });

  it.each([
    '',
    'x',
    '%00',
    encoded(),
    encoded(1),
    encoded('a\0b'),
    encoded('of another sort', 'my-app'),
    `${encoded('my-app')}&_after=${encoded('my-app')}`,
    Buffer.from('"my-app"').toString('base64url'),
    Buffer.from('{"length":1}').toString('base64url'),
  ])('_after=%s is no place in this list', (text) => {
    expect(named(`_after=${text}`)).toEqual(['_after format']);
  });

  it.each([
    ['clientName', 1],
    ['callbackURL', ['https://my-app.com/callback']],
    ['grantTypes', 'refresh_token'],
    ['redirectURIs', [null]],
    ['created', 'yesterday'],
    ['modified', null],
  ])('%s cannot begin at %j', (sort, value) => {
    expect(named(`sort=${sort}&_before=${encoded(value, 'my-app')}`)).toEqual(['_before format']);
  });
});

describe('sorting', () => {
  it.each([
    ['', []],
    ['sort=', []],
    ['sort=clientID', [{ property: 'clientId', descending: false }]],
    ['sort=%2BclientID', [{ property: 'clientId', descending: false }]],
    ['sort=+clientID', [{ property: 'clientId', descending: false }]],
    ['sort=-clientID', [{ property: 'clientId', descending: true }]],
    ['sort=CLIENTID', [{ property: 'clientId', descending: false }]],
    [
      'sort=callbackURL,-clientID',
      [
        { property: 'primaryRedirectUri', descending: false },
        { property: 'clientId', descending: true },
      ],
    ],
    [
      'sort=-created%2Cmodified',
      [
        { property: 'createdAt', descending: true },
        { property: 'updatedAt', descending: false },
      ],
    ],
  ])('%j', (text, expected) => {
    expect(read(text).sort).toEqual(expected);
  });

  it.each(['clientID', 'callbackURL', 'clientName', 'grantTypes', 'redirectURIs', 'created', 'modified'])(
    'by %s is possible',
    (property) => {
      expect(read(`sort=${property}`).sort).toHaveLength(1);
    },
  );

  it.each(['nope', 'config', 'clientType', 'logoURI', 'clientSecret', 'constructor', '__proto__'])(
    'by %s is refused, naming it',
    (property) => {
      expect(named(`sort=${property}`)).toEqual([`${property} unsortable`]);
    },
  );

  it('names every property that it cannot sort by', () => {
    expect(named('sort=-nope,clientID,other')).toEqual(['nope unsortable', 'other unsortable']);
  });
});

describe('filters', () => {
  it.each([
    ['clientID=a&_list=true', filter('clientId', 'equals', ['a'])],
    ['clientid=a', filter('clientId', 'equals', ['a'])],
    ['CLIENTID=a', filter('clientId', 'equals', ['a'])],
    ['callbackURL=https://a.com/cb', filter('primaryRedirectUri', 'equals', ['https://a.com/cb'])],
    ['clientName=My%20App', filter('clientName', 'equals', ['My App'])],
    ['clientName=My+App', filter('clientName', 'equals', ['My App'])],
    ['grantTypes=refresh_token', filter('grantTypes', 'equals', ['refresh_token'])],
    ['redirectURIs=https://a.com/', filter('redirectUris', 'equals', ['https://a.com/'])],
    ['clientID~=part', filter('clientId', 'contains', ['part'])],
    ['clientid%7E=part', filter('clientId', 'contains', ['part'])],
    ['callbackURL!=u', filter('primaryRedirectUri', 'equals', ['u'], { negated: true })],
    ['callbackURL%21=u', filter('primaryRedirectUri', 'equals', ['u'], { negated: true })],
    ['callbackURL=', filter('primaryRedirectUri', 'isSet', [], { negated: true })],
    ['callbackURL!=', filter('primaryRedirectUri', 'isSet', [])],
    ['callbackURL%21=', filter('primaryRedirectUri', 'isSet', [])],
    ['grantTypes=', filter('grantTypes', 'isSet', [], { negated: true })],
    ['clientID=a,b', filter('clientId', 'equals', ['a', 'b'])],
    ['clientID=a%2Cb', filter('clientId', 'equals', ['a', 'b'])],
    ['clientID!=a,b', filter('clientId', 'equals', ['a', 'b'], { negated: true })],
    ['clientID~=a,b', filter('clientId', 'contains', ['a', 'b'])],
    ['grantTypes=a,b', filter('grantTypes', 'equals', ['a', 'b'])],
    ['grantTypes=a%20b', filter('grantTypes', 'equals', ['a', 'b'], { match: 'all' })],
    ['grantTypes=a+b', filter('grantTypes', 'equals', ['a', 'b'], { match: 'all' })],
    ['redirectURIs~=a+b', filter('redirectUris', 'contains', ['a', 'b'], { match: 'all' })],
    ['callbackURL=(a,b%20c)', filter('primaryRedirectUri', 'equals', ['a,b c'])],
    ['callbackurl=%28a%2Cb%20c%29', filter('primaryRedirectUri', 'equals', ['a,b c'])],
    ['clientName=(a,b),(c)', filter('clientName', 'equals', ['a,b', 'c'])],
    ['redirectURIs=(a+b)', filter('redirectUris', 'equals', ['a b'])],
    ['redirectURIs=(a+b)+(c,d)', filter('redirectUris', 'equals', ['a b', 'c,d'], { match: 'all' })],
    ['createdFrom=2026-01-31T12:00:00Z', filter('createdAt', 'from', ['2026-01-31T12:00:00.000Z'])],
    ['createdTo=2026-01-31', filter('createdAt', 'to', ['2026-01-31T00:00:00.000Z'])],
    ['modifiedFrom=2026-01-31T12:00:00.123%2B01:00', filter('updatedAt', 'from', ['2026-01-31T11:00:00.123Z'])],
    ['modifiedto=2026-01-31T12:00:00Z', filter('updatedAt', 'to', ['2026-01-31T12:00:00.000Z'])],
    ['created=2026-01-31T12:00:00Z', filter('createdAt', 'equals', ['2026-01-31T12:00:00.000Z'])],
    ['modified!=2026-01-31T12:00:00Z', filter('updatedAt', 'equals', ['2026-01-31T12:00:00.000Z'], { negated: true })],
  ])('%j', (text, expected) => {
    expect(filtersOf(text)).toEqual([expected]);
  });

  const CLIENT_TYPES = ['Legacy Client', 'Public Client', 'Private Client', 'API Client', 'Unknown Client'];
  const METHODS = ['none', 'client_secret_basic'];
  const found = (text: string) => {
    const [{ property, operator, values, negated }] = filtersOf(text) as [ClientFilter];
    expect([property, operator]).toEqual(['typeAndGrants', 'equals']);
    return TYPES_AND_GRANTS.filter((each) => values.includes(typeAndGrantsOf(each)) !== negated);
  };
  const having = (has: (type: string, method: string) => boolean) =>
    TYPES_AND_GRANTS.filter((each) => has(clientTypeOf(each), authMethodOf(each)));

  it.each(CLIENT_TYPES)('clientType=%s finds what is shown as that, and nothing else', (word) => {
    const text = encodeURIComponent(word);
    const expected = having((type) => type === word);
    expect(expected.length).toBeGreaterThan(0);
    for (const query of [`clientType=${text}`, `clienttype=(${text})`, `CLIENTTYPE=(${text}),nope`]) {
      expect(found(query)).toEqual(expected);
    }
    expect(found(`clientType!=${text}`)).toEqual(having((type) => type !== word));
  });

  it.each(METHODS)('tokenEndpointAuthMethod=%s finds what is shown as that, and nothing else', (word) => {
    for (const name of ['tokenEndpointAuthMethod', 'tokenendpointauthmethod']) {
      expect(found(`${name}=${word}`)).toEqual(having((_, method) => method === word));
      expect(found(`${name}!=${word}`)).toEqual(having((_, method) => method !== word));
    }
  });

  it('find by several of these words, and by a part of one', () => {
    expect(found('clientType=(API Client),(Public Client)')).toEqual(
      having((type) => ['API Client', 'Public Client'].includes(type)),
    );
    expect(found('clientType~=P')).toEqual(having((type) => /p/i.test(type)));
    expect(found('tokenEndpointAuthMethod~=SECRET')).toEqual(having((_, method) => method !== 'none'));
    expect(found('clientType=public client')).toEqual([]);
    expect(found('tokenEndpointAuthMethod=private_key_jwt')).toEqual([]);
    expect(filtersOf('clientType=')).toEqual([filter('typeAndGrants', 'isSet', [], { negated: true })]);
    expect(filtersOf('tokenEndpointAuthMethod!=')).toEqual([filter('typeAndGrants', 'isSet', [])]);
    expect(named(`clientType=${Array(101).fill('x').join(',')}`)).toEqual(['clientType format']);
  });

  it('hold together, also those that stand there twice', () => {
    expect(filtersOf('clientID~=a&clientID~=b&clientName=')).toEqual([
      filter('clientId', 'contains', ['a']),
      filter('clientId', 'contains', ['b']),
      filter('clientName', 'isSet', [], { negated: true }),
    ]);
  });

  it.each([
    '_list=true',
    '_token=x',
    '_fields=clientID',
    '_foo=1',
    '_count=1',
    '_=',
    'page=1',
    'size=5',
    'sort=clientID',
  ])('%j is none', (text) => {
    expect(filtersOf(text)).toEqual([]);
  });

  it.each([
    ['nope=1', 'nope'],
    ['nope~=1', 'nope~'],
    ['config=1', 'config'],
    ['logoURI=', 'logoURI'],
    ['clientSecret~=a', 'clientSecret~'],
    ['constructor=1', 'constructor'],
    ['clientID~~=1', 'clientID~~'],
    ['=1', ''],
  ])('%j is refused, naming the parameter', (text, property) => {
    expect(named(text)).toEqual([`${property} unfilterable`]);
  });

  it.each(['clientIDFrom=a', 'callbackURLTo=a', 'grantTypesFrom=a', 'clientnameTo=x', 'clientTypeFrom=a'])(
    '%j is refused: there is no order to take a range of',
    (text) => {
      expect(violationsOf(text)).toMatchObject([{ rule: 'unrangeable' }]);
    },
  );

  it.each([
    'createdFrom=yesterday',
    'createdTo=2026-13-01',
    'created=x',
    'modifiedFrom=99999-01-01',
    'modifiedTo=2026-01-31T25:00:00Z',
  ])('%j is refused as a bad date, naming the parameter', (text) => {
    expect(named(text)).toEqual([`${text.split('=')[0]} format`]);
  });

  it.each(['createdFrom=hello%202026', 'createdFrom=1', 'createdTo=version%2012', 'created=2026-02-30'])(
    '%j is refused as a bad date, although a lenient parser makes one of it',
    (text) => {
      expect(named(text)).toEqual([`${text.split('=')[0]} format`]);
    },
  );

  it.each(['created~=2026', 'modified~=2026-01-31T12:00:00Z'])('%j is refused: no date contains another', (text) => {
    expect(violationsOf(text)).toHaveLength(1);
  });

  it.each(['clientName=%00', 'clientID~=a%00b', 'redirectURIs=a,%00'])(
    '%j is refused, as no store keeps a NUL',
    (text) => {
      expect(violationsOf(text)).toMatchObject([{ rule: 'format' }]);
    },
  );

  it('say everything that is wrong at once', () => {
    expect(named('page=0&size=x&sort=nope&nope=1&createdFrom=x&clientIDTo=a')).toEqual([
      'page format',
      'size format',
      'nope unsortable',
      'nope unfilterable',
      'createdFrom format',
      'clientID unrangeable',
    ]);
  });
});

describe('a single client is asked for', () => {
  it.each([
    ['clientID=my-app', 'my-app'],
    ['clientid=my-app', 'my-app'],
    ['CLIENTID=my-app', 'my-app'],
    ['clientID=my-app&_list=false', 'my-app'],
    ['clientID=my-app&_fields=clientID', 'my-app'],
  ])('by %j', (text, expected) => {
    expect(singleClientId(decoded(text))).toBe(expected);
  });

  it.each([
    '',
    'clientID=',
    'clientID=my-app&_list=true',
    'clientid=my-app&_list=1',
    'clientID=a,b',
    'clientID~=my-app',
    'clientID!=my-app',
    'clientID=a&clientid=b',
    'clientID=a&clientID=b',
    'callbackURL=https://a.com/',
  ])('not by %j', (text) => {
    expect(singleClientId(decoded(text))).toBeUndefined();
  });
});

describe('the client that a PUT or DELETE names', () => {
  it.each([
    ['clientID=my-app', 'my-app'],
    ['clientid=my-app', 'my-app'],
    ['clientID=', ''],
    ['', undefined],
    ['clientID=a&clientID=b', undefined],
    ['clientID=a&clientid=b', undefined],
    ['clientID~=a', undefined],
  ])('by %j is %j', (text, expected) => {
    expect(clientIdParameter(decoded(text))).toBe(expected);
  });
});

describe('a list is asked for with bounds', () => {
  const values = (count: number, text = 'v') =>
    Array.from({ length: count }, (_, index) => `${text}${index}`).join(',');
  const tooManyValues = 'must not be more than 100 values, with those of the other filters';
  const tooManyTexts = 'must not be more than 10 texts to look for (~), with those of the other filters';
  const refused = (property: string, message: string) => [{ property, rule: 'format', message }];

  it('of 100 values in one filter', () => {
    expect(filtersOf(`clientID=${values(100)}`)[0]!.values).toHaveLength(100);
    expect(violationsOf(`clientID=${values(101)}`)).toEqual(refused('clientID', tooManyValues));
    expect(violationsOf(`redirectURIs!=${values(5000)}`)).toEqual(refused('redirectURIs!', tooManyValues));
    expect(violationsOf(`redirectURIs=${values(101).replaceAll(',', '+')}`)).toEqual(
      refused('redirectURIs', tooManyValues),
    );
  });

  it('of 100 values in all filters, naming the one that is too much', () => {
    const two = `clientID=${values(50)}&callbackURL!=${values(50)}`;
    expect(filtersOf(two)).toHaveLength(2);
    expect(violationsOf(`${two}&clientName=x&redirectURIs=y`)).toEqual(refused('clientName', tooManyValues));
    expect(violationsOf(`${two}&clientName=&sort=clientID`)).toEqual(refused('clientName', tooManyValues));
    expect(violationsOf(Array(101).fill('clientID=x').join('&'))).toEqual(refused('clientID', tooManyValues));
  });

  it('of ten texts to look for', () => {
    expect(filtersOf(`clientID~=${values(5)}&redirectURIs~=${values(5)}`)).toHaveLength(2);
    expect(violationsOf(`clientName~=${values(11)}`)).toEqual(refused('clientName~', tooManyTexts));
    expect(violationsOf(`clientName~=${values(1100)}`)).toEqual(refused('clientName~', tooManyValues));
    const two = `clientID~=${values(5)}&redirectURIs%7E=${values(6).replaceAll(',', '+')}`;
    expect(violationsOf(two)).toEqual(refused('redirectURIs~', tooManyTexts));
  });

  it('each of at most 128 characters', () => {
    expect(filtersOf(`clientName~=${'%25_'.repeat(64)}`)[0]!.values).toEqual(['%_'.repeat(64)]);
    expect(violationsOf(`clientName~=a,${'b'.repeat(129)}`)).toEqual(
      refused('clientName~', 'must be at most 128 characters to look for (~)'),
    );
    expect(filtersOf(`clientName~=${'🦉'.repeat(128)}`)).toHaveLength(1);
    expect(filtersOf(`callbackURL=${'b'.repeat(2048)}`)).toHaveLength(1);
  });

  it('of ten properties to sort by', () => {
    expect(read(`sort=${Array(10).fill('created').join(',')}`).sort).toHaveLength(10);
    for (const sort of [Array(11).fill('created').join(','), 'nope,'.repeat(3000)]) {
      expect(violationsOf(`sort=${sort}`)).toEqual(refused('sort', 'must have at most 10 properties'));
    }
  });

  it('of a position as long as those in links are', () => {
    const position = (length: number) => Buffer.from(JSON.stringify(['x'.repeat(length)])).toString('base64url');
    expect(read(`page=2&_after=${position(1500)}`).start).toHaveProperty('after');
    expect(named(`page=2&_after=${position(5000)}`)).toEqual(['_after format']);
  });
});
