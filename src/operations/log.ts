import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import pretty from 'pino-pretty';
import { visible, visibleJson, visibleLines } from '#visible';

/** What the line of an answer is called. */
export const ANSWERED = 'answered';
/** What a terminal has no room for beside the message: with `messageFormat`, an answer is one line. */
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

/** What stands where a secret was. */
const REDACTED = '[redacted]';
/** Shorter ones would be found in words. */
const MIN_KNOWN_LENGTH = 8;

// Callers choose much of a line: each of these looks at a character a bounded number of times, whatever stands there.

/** Keys and secrets that the server made (libs/secrets), whole or cut off, and tokens (RFC 7519). */
const GENERATED = /\b(cl[ks]_)[\w-]{12,}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
/** The password of a URL. */
const PASSWORD = /((?<![\w+.-])[a-z][\w+.-]*:\/\/[^\s:@/"]*:)[^\s@/"]+@/gi;
/** A member of JSON whose value is a string or a list of them. */
const MEMBER = /"((?:[^"\\]|\\.)*)":(?:"(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*",?)+\])/g;
/** Names whose values are nobody's business. */
const TELLING = /secret|pepper|password|passphrase|authorization|cookie|api[-_]?key|token/i;
const NOT_PRINTABLE = /[^\n -~]/;
/** Bytes as JSON has them: a body, a hash, a key. */
const BYTES = /\{"type":"Buffer","data":\[[\d,]*\]\}/g;

/**
 * JSON lines, or readable ones for a terminal. Holds no header and no body, so no secret; what gets in by mistake is
 * taken out again, `secrets` among it. Paths and messages are what callers make them: all of it can be seen.
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

/** Of an answer what was asked and how it ended; of a failure also the request, which is in the answer. */
function inOneLine({ method, url, status, ms, because, requestId, level, msg }: Record<string, unknown>): string {
  const text = msg === ANSWERED ? `${method} ${url} ${status} ${ms} ms` : String(msg ?? '');
  const reason = because === undefined ? '' : `: ${because}`;
  return Number(level) >= ERROR && requestId !== undefined
    ? `${text}${reason} (request ${requestId})`
    : `${text}${reason}`;
}

/** Nearly every line is of ASCII alone, where JSON has escaped what cannot be seen. */
function seen(line: string): string {
  return NOT_PRINTABLE.test(line) ? visibleJson(line) : line;
}

/** What is made readable afterwards, where texts are printed as they are. A stack alone has lines. */
function shown(line: string): string {
  const value = JSON.parse(line, (name, each) => {
    if (typeof each !== 'string') return each;
    return name === 'stack' ? visibleLines(each) : visible(each);
  });
  return `${JSON.stringify(value)}\n`;
}

/** What failed and where; not the values that a failed statement was given. */
function errorWithoutData(error: Error): object {
  const { type, message, stack, code } = stdSerializers.err(error);
  return { type, message, stack, code };
}

/**
 * Takes out of a line of the log what is a secret by its form, by the name it stands under, or because it is one of
 * `known`: whoever logs one by mistake. The lines themselves hold no header and no body.
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

/** What Nest itself has to say, in the same log; its account of the start is of interest only when debugging. */
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
