import { CliFailure, EXIT } from './failure.js';

/** The address of the server, and the key of the caller. */
export interface CliSettings {
  readonly url: string;
  readonly key?: string;
}

const DEFAULT_URL = 'http://localhost:7472';
/** The characters that a header can carry. */
const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** Reads the settings. The message about a bad one leaves out the value, which may be a secret. */
export function readCliSettings(env: NodeJS.ProcessEnv = process.env): CliSettings {
  const url = env.CLIENTELE_URL || DEFAULT_URL;
  const key = env.CLIENTELE_API_KEY || undefined;
  if (!isServerUrl(url)) {
    throw new CliFailure('CLIENTELE_URL must be an http or https URL, such as http://localhost:7472.', EXIT.usage);
  }
  if (key !== undefined && !PRINTABLE.test(key)) {
    throw new CliFailure('CLIENTELE_API_KEY has characters that no key has.', EXIT.usage);
  }
  return { url: url.replace(/\/+$/, ''), key };
}

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && search === '' && hash === '';
}
