import { CliFailure, EXIT } from './failure.js';

/** The address of the server, and the key of the caller. */
export interface CliSettings {
  readonly url: string;
  readonly key?: string;
  /** The names of the two settings, for messages. */
  readonly names: { readonly url: string; readonly key: string };
}

const DEFAULT_URL = 'http://localhost:7472';
/** The characters that a header can carry. */
const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

const NAMES = { url: 'CLIENTELE_URL', key: 'CLIENTELE_API_KEY' };
const TARGET_NAMES = { url: '--to-url', key: 'CLIENTELE_TO_API_KEY' };

/** Reads the settings. The message about a bad one leaves out the value, which may be a secret. */
export function readCliSettings(env: NodeJS.ProcessEnv = process.env): CliSettings {
  return settingsOf(env.CLIENTELE_URL || DEFAULT_URL, env.CLIENTELE_API_KEY, NAMES);
}

/**
 * The settings for writing to another domain, perhaps on another server (`url`). Another server needs a key of its own,
 * because each key is sent only to the server that it is for.
 */
export function readTargetSettings(url: string | undefined, source: CliSettings, env = process.env): CliSettings {
  const { url: given, key } = settingsOf(url ?? source.url, env.CLIENTELE_TO_API_KEY, TARGET_NAMES);
  const isSameServer = given === source.url;
  return {
    url: given,
    key: key ?? (isSameServer ? source.key : undefined),
    names: {
      url: isSameServer ? source.names.url : TARGET_NAMES.url,
      key: key === undefined && isSameServer ? source.names.key : TARGET_NAMES.key,
    },
  };
}

function settingsOf(url: string, givenKey: string | undefined, names: CliSettings['names']): CliSettings {
  const key = givenKey || undefined;
  if (!isServerUrl(url)) {
    throw new CliFailure(`${names.url} must be an http or https URL, such as http://localhost:7472.`, EXIT.usage);
  }
  if (key !== undefined && !PRINTABLE.test(key)) {
    throw new CliFailure(`${names.key} has characters that no key has.`, EXIT.usage);
  }
  return { url: url.replace(/\/+$/, ''), key, names };
}

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && search === '' && hash === '';
}
