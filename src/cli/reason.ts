import { getSystemErrorMap } from 'node:util';

/** The system's own words for its codes. */
const SYSTEM = new Map(getSystemErrorMap().values());
/** Where those say too little, or nothing. */
const WORDS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
};

/** Why something failed that the system, or TLS, was asked for: in words, with the code that people search for. */
export function reasonOf(error: unknown): string {
  const { code, message, reason } = error as NodeJS.ErrnoException & { reason?: string };
  if (code === undefined) return message;
  // OpenSSL's messages name its source files; its reasons are words.
  return `${WORDS[code] ?? SYSTEM.get(code) ?? reason ?? message} (${code})`;
}
