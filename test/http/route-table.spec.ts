import { RouteTable } from '../../src/http/index.js';

function tableOf(...routes: [string | string[], string][]): RouteTable {
  const table = new RouteTable();
  for (const [method, url] of routes) table.add(method, url);
  return table;
}

describe('the route table', () => {
  const table = tableOf(
    ['GET', '/'],
    ['GET', '/client'],
    ['POST', '/client'],
    [['PUT', 'DELETE'], '/client'],
    ['GET', '/v1/domain/:domain/client/:clientId'],
    ['PUT', '/v1/domain/:domain/client/:clientId'],
    ['GET', '/v1/domain/:domain/client'],
    ['DELETE', '/v1/domain/:domain'],
    ['PATCH', '/v1/domain/special'],
    ['GET', '/doc/rel/*'],
  );

  it.each([
    ['the root', '/', ['GET']],
    ['a path with several methods, in alphabetical order', '/client', ['DELETE', 'GET', 'POST', 'PUT']],
    ['a path with parameters', '/v1/domain/acme/client/my-app', ['GET', 'PUT']],
    ['a parameter with dots and escapes', '/v1/domain/login.example.com/client/a%20b', ['GET', 'PUT']],
    ['a path that two patterns fit', '/v1/domain/special', ['DELETE', 'PATCH']],
    ['a path below one that is open', '/doc/rel/client', ['GET']],
    ['a path far below one that is open', '/doc/rel/acc/client/by-id', ['GET']],
    ['an open path without its rest', '/doc/rel/', ['GET']],
  ])('knows the methods of %s', (_, path, expected) => {
    expect(table.methodsFor(path)).toEqual(expected);
  });

  it.each([
    ['an unknown path', '/nope'],
    ['a longer path', '/client/my-app'],
    ['a shorter path', '/v1/domain'],
    ['a trailing slash', '/client/'],
    ['another case', '/Client'],
    ['an empty parameter', '/v1/domain//client'],
    ['an empty last parameter', '/v1/domain/acme/client/'],
    ['no path at all', ''],
    ['a path above one that is open', '/doc/rel'],
    ['a path beside one that is open', '/doc/relations/client'],
  ])('knows no method of %s', (_, path) => {
    expect(table.methodsFor(path)).toEqual([]);
  });

  it('knows no path by what answers preflights on every path', () => {
    for (const everywhere of ['*', '/*']) expect(tableOf(['OPTIONS', everywhere]).methodsFor('/nope')).toEqual([]);
  });

  it('names a method once, however often it was added', () => {
    expect(tableOf(['GET', '/a'], ['GET', '/a'], [['GET', 'HEAD'], '/a']).methodsFor('/a')).toEqual(['GET', 'HEAD']);
  });

  it.each([
    '/client',
    '/v1',
    '/v1/domain',
    '/v1/domain/acme',
    '/v1/domain/acme/client',
    '/v1/domain/acme/client/my-app',
  ])('has a path that is %s, or below it', (path) => {
    expect(table.hasBelow(path)).toBe(true);
  });

  it.each(['/registry', '/clients', '/cli', '/client/v1', '/v1/dom', '/v1/registry', '/v1/domain/acme/client/a/b'])(
    'has none that is %s, or below it',
    (path) => {
      expect(table.hasBelow(path)).toBe(false);
    },
  );

  it('knows nothing before anything was added', () => {
    expect(new RouteTable().methodsFor('/')).toEqual([]);
  });
});
