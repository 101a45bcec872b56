import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Shares } from '#shares';
import { Gathering } from './beginning.js';
import { whenOver } from './when-over.js';

/** Bytes that wait to be read, of answers that are held whole. */
export interface AnswerBytes {
  /** Of one subscription; more than the largest answer has. */
  readonly each: number;
  readonly all: number;
}

const MIB = 1024 * 1024;
export const ANSWER_BYTES: AnswerBytes = { each: 128 * MIB, all: 512 * MIB };

/** What is smaller leaves at once: the system takes as much by itself. */
const LARGE = MIB / 4;

/** Sends answers together, so that whoever receives several is woken once, too (decision 21). */
export class GatheringAdapter extends FastifyAdapter {
  private readonly answers = new Gathering();

  override reply(reply: FastifyReply, body: unknown, status?: number): FastifyReply {
    const sent = new Promise<void>((resolve, reject) => {
      this.answers.add(() => {
        try {
          super.reply(reply, body, status);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    // Nest awaits it; the reply itself would be over only when its last byte has left.
    return sent as unknown as FastifyReply;
  }
}

/**
 * Counts large answers against their callers' subscriptions until they are read, so that nobody fills our memory with
 * what he asks for and does not read (decision 46). Those that are streamed hold little at a time, and do not count. A hook,
 * since only Fastify knows the bytes of an answer, those of failures among them.
 */
export function shareLargeAnswers(fastify: FastifyInstance, bytes: AnswerBytes): void {
  const shares = new Shares('answers', bytes);
  fastify.addHook('onSend', ({ caller }, reply, payload, done) => {
    const size = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    if (size < LARGE || !caller) return done(null, payload);
    try {
      whenOver(reply.raw, shares.take(caller.credential.subscription, size));
      done(null, payload);
    } catch (error) {
      done(error as Error);
    }
  });
}
