// A session of the SDK's browser bundle, run by a page of another origin: what it did and got.
// Its `develop` environment is fixed to localhost:7472, where the test lets the browser find the server.
// biome-ignore lint/correctness/noUnusedVariables: the test calls it in the page
async function session(token) {
  const accounts = (token) => {
    const connector = new ec.Accounts({ environment: 'develop', noCookie: true });
    return token ? connector.setToken(token) : connector;
  };
  const sdk = accounts(token);
  const ids = (list) => list.getAllItems().map(({ clientID }) => clientID);
  const properties = ({ clientID, callbackURL, config, clientName, redirectURIs }) => ({
    clientID,
    callbackURL,
    config,
    clientName,
    redirectURIs,
  });
  const failure = (promise) =>
    promise.then(
      () => 'no failure',
      ({ status, code, title, detail, type }) => ({ status, code, title, detail, type }),
    );
  const got = {};

  got.created = properties(
    await sdk.createClient({
      clientID: 'my-app',
      callbackURL: 'https://my-app.com/callback',
      config: { tokenMethod: 'cookie' },
    }),
  );
  for (let number = 1; number <= 3; number += 1) await sdk.createClient({ clientID: `client-${number}` });
  got.read = properties(await sdk.client('my-app'));

  const list = await sdk.clientList({ size: 2 });
  got.list = { ids: ids(list), total: list.total, next: ids(await list.followNextLink()) };
  got.filtered = ids(await sdk.clientList({ clientID: { search: 'CLIENT-' }, sort: '-clientID' }));

  const client = await sdk.client('my-app');
  client.clientName = 'Edited';
  client.callbackURL = 'https://my-app.com/another';
  await client.save();
  got.saved = properties(client);
  got.readAgain = properties(await sdk.client('my-app'));

  await client.del();
  await sdk.deleteResource('client', 'client-3');
  got.left = ids(await sdk.clientList());

  got.failures = {
    deleted: await failure(sdk.client('my-app')),
    refused: await failure(sdk.createClient({ clientID: 'refused', callbackURL: 'nonsense' })),
    refusedBySchema: await failure(sdk.createClient({ clientID: 'REFUSED' })),
    noToken: await failure(accounts().clientList()),
    invalidToken: await failure(accounts('a.e30.c').clientList()),
  };
  return got;
}
