// The authorization server: `CLIENTELE_URL=… CLIENTELE_API_KEY=… npm start`.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Clientele } from './clientele.js';
import { ClienteleAdapter } from './clientele-adapter.js';
import { loginPage } from './login-page.js';
import { createProvider } from './provider.js';

const {
  CLIENTELE_URL = 'http://localhost:7472',
  CLIENTELE_API_KEY = '',
  CLIENTELE_DOMAIN = 'default',
  PORT = '3000',
} = process.env;
const issuer = `http://localhost:${PORT}`;
// Made anew at each start, as what oidc-provider keeps in memory does not outlive the process either.
const cookieKey = randomBytes(32).toString('hex');
const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const clientele = new Clientele({ url: CLIENTELE_URL, apiKey: CLIENTELE_API_KEY, domain: CLIENTELE_DOMAIN });
const adapter = new ClienteleAdapter(clientele);
const provider = createProvider({ issuer, cookieKey, signingKey, clientele, adapter });
provider.use(loginPage(provider));
provider.on('server_error', (_ctx, error) => console.error(error));

void adapter.follow((told) => {
  if (told.event === 'change') console.log(`heard of ${told.action} ${told.clientId ?? ''}`);
  if (told.event === 'position') console.log('follows the changes');
  if (told.event === 'lost') console.log(`does not hear of changes: ${told.reason}`);
});
provider.listen(Number(PORT), '127.0.0.1', () => console.log(`listens on ${issuer}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
