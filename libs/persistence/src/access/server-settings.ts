import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { newSigningKey } from '#credentials';
import { Pepper } from '#secrets';
import { Database } from '../database/database.js';
import { ServerSetting } from '../database/entities/server-setting.entity.js';
import { inDataFolder, StartError } from '../database/start-error.js';
import { writeOwnFile } from '../embedded/own-file.js';

const SIGNING_KEY = 'signing_key';
const PEPPER = 'pepper';

/** Where the pepper comes from: the settings, a folder beside an embedded database, or the database itself. */
export interface PepperSource {
  readonly given?: string;
  readonly folder?: string;
  /** Called when the pepper is stored in the database that it should protect. */
  readonly warn: (sentence: string) => void;
}

/** Returns the pepper. If none is given, the first start makes one and keeps it. */
export async function loadPepper(source: DataSource, { given, folder, warn }: PepperSource): Promise<Pepper> {
  if (given !== undefined) return new Pepper(given);
  if (folder !== undefined)
    return new Pepper(await inDataFolder(folder, async () => keptPepper(path.join(folder, PEPPER))));
  warn(
    'SECRET_PEPPER is not set: the pepper is kept in the database, so a dump alone suffices to test secrets against it.',
  );
  return new Pepper(await settle(source, PEPPER, () => randomBytes(32)));
}

/** The key that signs access tokens, stored sealed under the pepper. Throws StartError if the pepper has changed. */
export async function loadSigningKey(source: DataSource, pepper: Pepper): Promise<KeyObject> {
  const sealed = await settle(source, SIGNING_KEY, () => pepper.seal(SIGNING_KEY, Buffer.from(newSigningKey())));
  const pem = pepper.unseal(SIGNING_KEY, sealed);
  if (!pem) {
    throw new StartError('SECRET_PEPPER is not the one that this database was set up with; start with that one.');
  }
  return createPrivateKey(pem.toString());
}

function keptPepper(file: string): string {
  if (!existsSync(file)) writeOwnFile(file, randomBytes(32).toString('base64url'));
  const pepper = readFileSync(file, 'utf8').trim();
  if (pepper === '') throw new StartError(`The pepper in ${file} is lost: bring back the one from the backup.`);
  return pepper;
}

/** The stored value of a setting. The first instance on an empty database sets it for all. */
async function settle(source: DataSource, name: string, make: () => Buffer): Promise<Buffer> {
  const database = new Database(source);
  const known = await database.run((manager) => manager.findOneBy(ServerSetting, { name }));
  if (known) return known.value;
  const made = { name, value: make() };
  await database.run((manager) =>
    manager.createQueryBuilder().insert().into(ServerSetting).values(made).orIgnore().execute(),
  );
  const settled = await database.run((manager) => manager.findOneByOrFail(ServerSetting, { name }));
  return settled.value;
}
