import type { LoggerService } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import pretty from 'pino-pretty';
import { visible, visibleJson, visibleLines } from '#visible';
import { loggedUrl } from '../http/index.js';
import type { RouteNames } from './metrics/route-names.js';
import { redaction } from './redaction.js';

const ANSWERED = 'answered';
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
  const streamWrite = (line: string) => (readable ? redact(shown(line)) : visibleJson(redact(line)));
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

/** One line for each answer: reads at debug, changes at info, our own failures at error. */
export function logAnswer(request: FastifyRequest, reply: FastifyReply, names: RouteNames): void {
  const level = reply.statusCode >= 500 ? 'error' : /^(GET|HEAD|OPTIONS)$/.test(request.method) ? 'debug' : 'info';
  const log = request.log as Logger;
  if (!log.isLevelEnabled(level)) return;
  const { dialect, route } = names.of(request);
  log[level](
    {
      dialect,
      method: request.method,
      route,
      url: loggedUrl(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      credentialId: request.credentialId,
      because: request.unavailableBecause,
    },
    ANSWERED,
  );
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
