// An issuer of JWTs as a process of its own: publishes its keys, signs what it is asked to sign, and counts who reads the keys.
// JavaScript, as nothing that compiles has to be loaded for it.
// @ts-check
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** @typedef {{ kid: string, publicKey: import('jose').CryptoKey, privateKey: import('jose').CryptoKey }} Key */
/**
 * What it may be told, by the route.
 * @typedef {{ claims?: import('jose').JWTPayload, kid?: string, keepOld?: boolean }} Told
 */

let reads = 0;
let serial = 0;
/** The last one signs. */
let keys = [await newKey()];

/** @returns {Promise<Key>} */
async function newKey() {
  serial += 1;
  return { kid: `key-${serial}`, ...(await generateKeyPair('ES256')) };
}

async function publicKeys() {
  return Promise.all(
    keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })),
  );
}

/** @type {Readonly<Record<string, (told: Told) => Promise<object>>>} */
const ROUTES = {
  'GET /jwks.json': async () => {
    reads += 1;
    return { keys: await publicKeys() };
  },
  'GET /reads': async () => ({ reads }),
  'POST /sign': async ({ claims, kid }) => {
    const { kid: current, privateKey } = /** @type {Key} */ (keys.at(-1));
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
  const told = request.method === 'POST' ? /** @type {Told} */ (await json(request)) : {};
  response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer(told)));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`listening on ${port}`);
});
process.once('SIGTERM', () => process.exit(0));
