import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import pretty from 'pino-pretty';
import { visible, visibleJson, visibleLines } from '#visible';

/** The message of the line for an answer. */
export const ANSWERED = 'answered';
/** Fields that a terminal does not show, since `messageFormat` puts an answer into one line. */
const LEFT_OUT = [
  'hostname',
  'pid',
  'requestId',
  'dialect',
  'method',
  'route',
  'url',
  'status',
  'ms',
  'credentialId',
  'because',
];
const ERROR = 50;

/** Replaces a secret. */
const REDACTED = '[redacted]';
/** Shorter secrets would be found within ordinary words. */
const MIN_KNOWN_LENGTH = 8;

// Callers choose much of a line, so each of these patterns looks at a character a bounded number of times in any text.

/** Keys and secrets that the server made (libs/secrets), whole or cut off, and tokens (RFC 7519). */
const GENERATED = /\b(cl[ks]_)[\w-]{12,}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
/** The password of a URL. */
const PASSWORD = /((?<![\w+.-])[a-z][\w+.-]*:\/\/[^\s:@/"]*:)[^\s@/"]+@/gi;
/** A member of JSON whose value is a string or a list of strings. */
const MEMBER = /"((?:[^"\\]|\\.)*)":(?:"(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*",?)+\])/g;
/** Names of members whose values are secret. */
const TELLING = /secret|pepper|password|passphrase|authorization|cookie|api[-_]?key|token/i;
const NOT_PRINTABLE = /[^\n -~]/;
/** Bytes as JSON shows them: a body, a hash, a key. */
const BYTES = /\{"type":"Buffer","data":\[[\d,]*\]\}/g;

/**
 * Writes JSON lines, or readable ones for a terminal. Logs no headers and no bodies, so no secrets. Secrets logged by
 * mistake, `secrets` included, are removed. Paths and messages hold callers' text, so invisible characters are escaped.
 */
export function createLog(
  level: string,
  readable: boolean,
  secrets: readonly string[],
  destination?: DestinationStream,
): Logger {
  const redact = redaction(secrets);
  const streamWrite = (line: string) => (readable ? redact(shown(line)) : seen(redact(line)));
  const options = { level, base: null, serializers: { err: errorWithoutData }, hooks: { streamWrite } };
  const stream = readable
    ? pretty({
        ignore: LEFT_OUT.join(),
        translateTime: 'SYS:HH:MM:ss',
        singleLine: true,
        messageFormat: inOneLine,
        // The last line is written before the process ends.
        sync: true,
        destination,
      })
    : destination;
  return stream ? pino(options, stream) : pino(options);
}

/** For an answer, the request and how it ended; for a failure, also the request's id, which the answer has as well. */
function inOneLine({ method, url, status, ms, because, requestId, level, msg }: Record<string, unknown>): string {
  const text = msg === ANSWERED ? `${method} ${url} ${status} ${ms} ms` : String(msg ?? '');
  const reason = because === undefined ? '' : `: ${because}`;
  return Number(level) >= ERROR && requestId !== undefined
    ? `${text}${reason} (request ${requestId})`
    : `${text}${reason}`;
}

/** Escapes invisible characters. Nearly all lines are pure ASCII, in which JSON has done so already. */
function seen(line: string): string {
  return NOT_PRINTABLE.test(line) ? visibleJson(line) : line;
}

/** Escapes invisible characters in a line for a terminal, which prints texts as they are. Only a stack may have lines. */
function shown(line: string): string {
  const value = JSON.parse(line, (name, each) => {
    if (typeof each !== 'string') return each;
    return name === 'stack' ? visibleLines(each) : visible(each);
  });
  return `${JSON.stringify(value)}\n`;
}

/** What failed and where, without the parameters of a failed statement. */
function errorWithoutData(error: Error): object {
  const { type, message, stack, code } = stdSerializers.err(error);
  return { type, message, stack, code };
}

/**
 * Removes secrets that were logged by mistake: those recognised by their form or their name, and those in `known`. By
 * design, lines hold no headers and no bodies.
 */
function redaction(known: readonly string[]): (line: string) => string {
  const spellings = known
    .filter((value) => value.length >= MIN_KNOWN_LENGTH)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]);
  return (line) =>
    spellings
      .reduce((text, secret) => text.replaceAll(secret, REDACTED), line)
      .replace(BYTES, '"[bytes]"')
      .replace(MEMBER, (member, name) => (TELLING.test(name) ? `"${name}":"${REDACTED}"` : member))
      .replace(GENERATED, `$1${REDACTED}`)
      .replace(PASSWORD, `$1${REDACTED}@`);
}

/** Writes Nest's own messages to the same log. Those about the start are of interest only for debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly log_: Logger) {}

  log(message: unknown): void {
    this.log_.debug(String(message));
  }

  error(message: unknown): void {
    this.log_.error(String(message));
  }

  warn(message: unknown): void {
    this.log_.warn(String(message));
  }
}
