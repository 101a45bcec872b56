import { getSystemErrorMap } from 'node:util';

/** The messages of the operating system, by error code. */
const SYSTEM = new Map(getSystemErrorMap().values());
/** Our messages for codes whose system message says too little. */
const WORDS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
};

/** Why a call to the system or to TLS failed: a sentence, and the code, for which people search. */
export function reasonOf(error: unknown): string {
  const { code, message, reason } = error as NodeJS.ErrnoException & { reason?: string };
  if (code === undefined) return message;
  // OpenSSL's messages name its source files; its reasons do not.
  return `${WORDS[code] ?? SYSTEM.get(code) ?? reason ?? message} (${code})`;
}
