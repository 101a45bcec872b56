import { type Client, type ClientPosition, type ClientSort, type PropertyValue, positionOf } from '#clients';
import { instantOf } from '../../http/index.js';

/** The parameters besides `page` in links: the page begins right after, or ends right before, a client. */
export const AFTER = '_after';
export const BEFORE = '_before';

/** A list of redirect URIs can be too long for a URL. A link then has only the page number. */
const MAX_LENGTH = 2048;

/** A client's position in the list, opaque to callers; undefined when it is too long for a URL. */
export function encodePosition(client: Client, sort: readonly ClientSort[]): string | undefined {
  const { values, clientId } = positionOf(client, sort);
  const text = Buffer.from(JSON.stringify([...values, clientId])).toString('base64url');
  return text.length > MAX_LENGTH ? undefined : text;
}

/** undefined when the text was not made by `encodePosition` for a list sorted like this. */
export function decodePosition(text: string, sort: readonly ClientSort[]): ClientPosition | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== sort.length + 1) return undefined;
  const values = parts.slice(0, -1);
  const clientId = parts.at(-1);
  if (!isText(clientId) || !sort.every(({ property }, index) => IS_VALUE[property](values[index]))) return undefined;
  return { values: values as PropertyValue[], clientId };
}

const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0');
const isTextOrNull = (value: unknown) => value === null || isText(value);
const isList = (value: unknown) => Array.isArray(value) && value.every(isText);
const isDate = (value: unknown) => isText(value) && instantOf(value) !== undefined;

const IS_VALUE: Readonly<Record<ClientSort['property'], (value: unknown) => boolean>> = {
  clientId: isText,
  clientName: isTextOrNull,
  primaryRedirectUri: isTextOrNull,
  redirectUris: isList,
  grantTypes: isList,
  createdAt: isDate,
  updatedAt: isDate,
};
