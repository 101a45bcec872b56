// The OpenAPI documents as a server in production serves them.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { apis, createApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';

/** Gives `use` the files of the documents, of each API one, which are gone afterwards. */
export async function withDocuments<Result>(use: (files: readonly string[]) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-documents-'));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(folder, 0o711);
  const settings = { PUBLIC_URL: 'https://clientele.test', DATA_DIR: path.join(folder, 'data') };
  const server = await createApp(readConfig(settings), pino({ level: 'silent' }));
  try {
    const files = apis.map(async ({ name }) => {
      const file = path.join(folder, `${name}.json`);
      writeFileSync(file, (await server.app.inject({ url: `/openapi/${name}.json` })).body);
      return file;
    });
    return await use(await Promise.all(files));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}
