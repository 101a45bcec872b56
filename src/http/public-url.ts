/** Injection token of the base of every link that the server prints, without a trailing slash. */
export const PUBLIC_URL = Symbol('PublicUrl');

/** The path of that base: the prefix under which a proxy publishes the server; '' = none. */
export function prefixOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '');
}
