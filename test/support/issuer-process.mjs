// An issuer of JWTs as a process of its own: publishes its keys, signs what it is asked to sign, and counts who reads the keys.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

let reads = 0;
let serial = 0;
/** The last one signs. */
let keys = [await newKey()];

async function newKey() {
  serial += 1;
  return { kid: `key-${serial}`, ...(await generateKeyPair('ES256')) };
}

async function publicKeys() {
  return Promise.all(
    keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })),
  );
}

const ROUTES = {
  'GET /jwks.json': async () => {
    reads += 1;
    return { keys: await publicKeys() };
  },
  'GET /reads': async () => ({ reads }),
  'POST /sign': async ({ claims, kid }) => {
    const { kid: current, privateKey } = keys.at(-1);
    const header = { alg: 'ES256', kid: kid ?? current };
    return { token: await new SignJWT(claims).setProtectedHeader(header).sign(privateKey) };
  },
  'POST /rotate': async ({ keepOld }) => {
    keys = [...(keepOld ? keys : []), await newKey()];
    return { keys: keys.length };
  },
};

const server = createServer(async (request, response) => {
  const answer = ROUTES[`${request.method} ${request.url}`];
  if (!answer) return response.writeHead(404).end();
  const body = request.method === 'POST' ? await json(request) : {};
  response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer(body)));
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
process.once('SIGTERM', () => process.exit(0));
