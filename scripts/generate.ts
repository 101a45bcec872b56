// `npm run generate`: makes the typed client's types from the OpenAPI documents of the server as it is.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { apis, createApp } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { fileOf, PUBLIC_URL, typesOf } from './api-types.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-generate-'));
// As root, PostgreSQL runs as another user, who has to get in.
chmodSync(folder, 0o711);
const server = await createApp(
  readConfig({ PUBLIC_URL, DATA_DIR: path.join(folder, 'data') }),
  pino({ level: 'silent' }),
);
try {
  for (const { name } of apis) {
    const { body } = await server.app.inject({ url: `/openapi/${name}.json` });
    writeFileSync(fileOf(name), await typesOf(JSON.parse(body)));
    process.stderr.write(`${path.relative('.', fileOf(name))}\n`);
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}
