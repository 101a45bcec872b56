// A session of the real SDK, in its version SDK_VERSION, in a process of its own: what it did and got, as one line of JSON on stdout.
// Its `develop` environment is fixed to localhost:7472, so what goes there is led to SERVER_URL.
const http = require('node:http');

const { port } = new URL(process.env.SERVER_URL);
const request = http.request;
http.request = (options, ...rest) => {
  const leading = typeof options === 'object' && !(options instanceof URL) && String(options.port) === '7472';
  return request.call(http, leading ? { ...options, port } : options, ...rest);
};

const load = {
  '0.23.9': () => [require('ec.sdk-0.23'), require('ec.sdk-0.23/package.json')],
  '0.30.4': () => [require('ec.sdk'), require('ec.sdk/package.json')],
};
const [{ Accounts }, { version }] = load[process.env.SDK_VERSION]();

const accounts = (token) => {
  const connector = new Accounts({ environment: 'develop', noCookie: true });
  return token ? connector.setToken(token) : connector;
};
const example = {
  clientID: 'my-app',
  callbackURL: 'https://my-app.com/callback',
  config: { tokenMethod: 'cookie' },
};
/** What the server said of a client, as its accessors tell it: in 0.23 there are three only. */
const properties = (resource) =>
  Object.fromEntries(
    Object.keys(resource.toOriginal())
      .filter((name) => !name.startsWith('_'))
      .map((name) => [name, name in resource ? resource[name] : resource.getProperty(name)]),
  );
const ids = (list) => list.getAllItems().map(({ clientID }) => clientID);
/** What went wrong, as a program that uses the SDK sees it. */
const failure = (promise) =>
  promise.then(
    () => 'no failure',
    (problem) => ({
      name: problem.constructor.name,
      status: problem.status,
      code: problem.code,
      title: problem.title,
      detail: problem.detail,
      verbose: problem.verbose,
      type: problem.type,
      subErrors: problem.subErrors?.map(({ code, detail }) => ({ code, detail })),
      message: problem.message,
    }),
  );

async function session(token) {
  const sdk = accounts(token);
  const got = { version };

  // Create.
  const created = await sdk.createClient(example);
  got.created = properties(created);
  await sdk.createClient({
    clientID: 'my-private-client',
    clientName: 'A confidential client',
    grantTypes: ['authorization_code', 'refresh_token'],
    tokenEndpointAuthMethod: 'client_secret_basic',
    clientSecret: 'my-secret',
    redirectURIs: ['https://my.app.com/redirect'],
    postLogoutRedirectURIs: ['https://my.app.com/logout'],
    authUIOrigin: 'https://login.example.com',
    logoURI: 'https://example.com/logo.svg',
  });
  for (let number = 1; number <= 12; number += 1) {
    await sdk.createClient({
      clientID: `client-${String(number).padStart(2, '0')}`,
      clientName: `Number ${number}, one of twelve`,
      callbackURL: number % 3 === 0 ? null : `https://${number % 3 === 1 ? 'one' : 'two'}.example.com/callback`,
    });
  }

  // Read.
  got.read = properties(await sdk.client('my-app'));
  got.resolved = properties(await (await sdk.client('my-app')).resolve());
  got.filterOptions = await sdk.getFilterOptions('client');

  // List.
  const list = await sdk.clientList();
  got.list = { count: list.count, total: list.total, ids: ids(list), iterated: [...list].length };
  const second = await sdk.clientList({ size: 5, page: 2 });
  const third = await second.followNextLink();
  got.pages = {
    second: ids(second),
    third: ids(third),
    end: third.hasNextLink(),
    previous: ids(await third.followPrevLink()),
    first: ids(await third.followFirstLink()),
  };
  got.all = ids(await sdk.clientList({ size: 0 }));
  got.sorted = ids(await sdk.clientList({ sort: '-clientID', size: 3 }));
  got.sortedByTwo = ids(
    await sdk.clientList({ sort: ['-callbackURL', '-clientID'], size: 0, callbackURL: { search: '.com' } }),
  );
  got.mapped = await (await sdk.clientList({ size: 4 })).map(({ clientID }) => clientID);
  got.filtered = (await (await sdk.clientList({ size: 4 })).filter(({ callbackURL }) => callbackURL === null)).map(
    ({ clientID }) => clientID,
  );
  got.found = (await (await sdk.clientList({ size: 4 })).find(({ clientID }) => clientID === 'my-app')).clientID;
  const matches = async (filter) => ids(await sdk.clientList({ size: 0, ...filter }));
  got.filters = {
    exact: await matches({ callbackURL: 'https://my-app.com/callback' }),
    exactObject: await matches({ callbackURL: { exact: 'https://my-app.com/callback' } }),
    comma: await matches({ clientName: 'Number 1, one of twelve' }),
    search: await matches({ clientID: { search: 'MY-' } }),
    lowerCase: await matches({ clientid: { search: 'my-' } }),
    any: await matches({ clientID: { any: ['my-app', 'client-01', 'nobody'] } }),
    anyWithCommas: await matches({ clientName: { any: ['Number 1, one of twelve', 'Number 2, one of twelve'] } }),
    all: await matches({ grantTypes: { all: ['refresh_token', 'authorization_code'] } }),
    from: await matches({ created: { from: new Date('2001-01-01'), to: '2002-01-01T00:00:00Z' } }),
    to: await matches({ created: { from: '2001-01-01T00:00:00Z' } }),
    clientType: await matches({ clientType: 'Private Client' }),
    clientTypes: await matches({ clientType: { any: ['Private Client', 'Public Client'] } }),
    authMethod: await matches({ tokenEndpointAuthMethod: 'client_secret_basic' }),
    nothing: await matches({ clientName: 'nobody' }),
  };
  const message = (problem) => problem.message;
  got.negations = {
    null: await matches({ callbackURL: { null: true } }).catch(message),
    notNull: await matches({ grantTypes: { notNull: true } }).catch(message),
    not: await matches({ callbackURL: { not: 'https://one.example.com/callback' } }).catch(message),
  };
  got.oneAsList = ids(await sdk.clientList({ clientID: 'my-app' }));

  // Edit.
  const client = await sdk.client('my-app');
  client.callbackURL = 'https://my-app.com/another';
  client.config = { tokenMethod: ['cookie', 'body'], signup: true, defaultGroups: [] };
  client.setProperty('clientName', 'Edited');
  got.dirty = [client.isDirty];
  await client.save();
  got.dirty.push(client.isDirty);
  got.saved = properties(client);
  got.savedAgain = properties(await client.save());
  created.setProperty('clientName', 'A stale edit');
  got.staleEdit = await failure(created.save());
  const [item] = (await sdk.clientList({ clientID: { any: ['client-01', 'client-02'] } })).getAllItems();
  item.setProperty('redirectURIs', ['https://item.example.com/1', 'https://item.example.com/2']);
  got.savedItem = properties(await item.save());
  const fresh = await sdk.createClient({ clientID: 'fresh', tokenEndpointAuthMethod: 'client_secret_basic' });
  got.secret = fresh.getProperty('clientSecret');
  fresh.setProperty('clientName', 'Fresh');
  got.savedFresh = properties(await fresh.save());

  // Delete.
  await sdk.deleteResource('client', 'client-12');
  await client.del();
  await fresh.del();
  const [last] = (await sdk.clientList({ sort: '-clientID', size: 1, clientID: { search: 'client-' } })).getAllItems();
  got.deletedItem = last.clientID;
  await last.del();
  got.left = ids(await sdk.clientList({ size: 0 }));

  // Errors.
  const loggedOut = [];
  const stranger = accounts('a.e30.c');
  stranger.on('logout', (problem) => loggedOut.push(problem.code));
  got.errors = {
    unknown: await failure(sdk.client('nobody')),
    unknownDeleted: await failure(sdk.deleteResource('client', 'nobody')),
    duplicate: await failure(sdk.createClient({ clientID: 'client-01' })),
    invalidToken: await failure(stranger.client('client-01')),
    noToken: await failure(accounts().clientList()),
    refused: await failure(sdk.createClient({ clientID: 'refused', callbackURL: 'javascript:alert(1)', logoURI: 'x' })),
    refusedBySchema: await failure(sdk.createClient({ clientID: 'REFUSED' })),
  };
  got.loggedOut = { codes: loggedOut, hasToken: stranger.hasToken() };

  // In German.
  sdk.setLocale('de');
  got.german = await failure(sdk.createClient({ clientID: 'refused', callbackURL: 'nonsense' }));
  got.germanPair = await failure(sdk.createClient({ clientID: 'refused', callbackURL: 'javascript:x', logoURI: 'x' }));
  return got;
}

session(process.env.ACCESS_TOKEN).then((got) => process.stdout.write(`${JSON.stringify(got)}\n`));
