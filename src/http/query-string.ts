import { parse } from 'fast-querystring';

/** More than any request of ours can use. */
export const MAX_PARAMETERS = 100;

/** What stands for a query string that was not taken apart, to be refused once it is known who asks. */
export class UnreadableQuery {
  /** The router wants parameters. */
  readonly [parameter: string]: unknown;

  constructor(readonly detail: string) {}
}

const TOO_MANY = new UnreadableQuery(`The query string has more than ${MAX_PARAMETERS} parameters.`);
const BAD_ESCAPE = new UnreadableQuery('The query string has a bad escape.');

/**
 * The parameters of a query string. The router asks for them before anybody knows whose the request is, so there is no
 * work for each parameter or escape that somebody makes up (decision 44).
 */
export function parseQuery(text: string): Readonly<Record<string, unknown>> {
  if (hasTooMany(text)) return TOO_MANY;
  return hasReadableEscapes(text) ? parse(text) : BAD_ESCAPE;
}

function hasTooMany(text: string): boolean {
  return text.length >= MAX_PARAMETERS && text.split('&', MAX_PARAMETERS + 1).length > MAX_PARAMETERS;
}

/** Whether every escape stands for text in UTF-8; found out in one attempt, since each that fails is slow. */
function hasReadableEscapes(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
