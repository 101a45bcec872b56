import { getSystemErrorMap } from 'node:util';

/** The system's own messages, by error code. */
const SYSTEM = new Map(getSystemErrorMap().values());
/** Our messages for codes for which the system's say too little. */
const WORDS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
};

/** Why a call to the system or to TLS failed: a sentence, and the code that people search for. */
export function reasonOf(error: unknown): string {
  const { code, message, reason } = error as NodeJS.ErrnoException & { reason?: string };
  if (code === undefined) return message;
  // OpenSSL's messages name its source files, its reasons do not.
  return `${WORDS[code] ?? SYSTEM.get(code) ?? reason ?? message} (${code})`;
}
