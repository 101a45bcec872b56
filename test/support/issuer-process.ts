// An issuer of JWTs as a process of its own: publishes its keys, signs what it is asked to sign, and counts who reads the keys.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

interface Key {
  readonly kid: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** What it may be told, by the route. */
interface Told {
  readonly claims?: JWTPayload;
  readonly kid?: string;
  readonly keepOld?: boolean;
}

let reads = 0;
let serial = 0;
/** The last one signs. */
let keys = [await newKey()];

async function newKey(): Promise<Key> {
  serial += 1;
  return { kid: `key-${serial}`, ...(await generateKeyPair('ES256')) };
}

async function publicKeys() {
  return Promise.all(
    keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })),
  );
}

const ROUTES: Readonly<Record<string, (told: Told) => Promise<object>>> = {
  'GET /jwks.json': async () => {
    reads += 1;
    return { keys: await publicKeys() };
  },
  'GET /reads': async () => ({ reads }),
  'POST /sign': async ({ claims, kid }) => {
    const { kid: current, privateKey } = keys.at(-1)!;
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
  const told = request.method === 'POST' ? ((await json(request)) as Told) : {};
  response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer(told)));
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${(server.address() as AddressInfo).port}`));
process.once('SIGTERM', () => process.exit(0));
