/** Injection token of the base of every link that the server prints, without a trailing slash. */
export const PUBLIC_URL = Symbol('PublicUrl');
