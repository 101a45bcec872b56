import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Shares } from '#shares';
import { TickBatch } from './request-batching.js';
import { whenOver } from './when-over.js';

/** How many bytes of whole answers may wait until the callers read them. */
export interface AnswerBytes {
  /** For one subscription; more than the largest answer. */
  readonly each: number;
  readonly all: number;
}

const MIB = 1024 * 1024;
export const ANSWER_BYTES: AnswerBytes = { each: 128 * MIB, all: 512 * MIB };

/** A smaller answer is sent at once: the operating system buffers as much. */
const LARGE = MIB / 4;

/** Sends answers that are ready in the same turn together, so that a client that receives several is woken once (decision 21). */
export class BatchingAdapter extends FastifyAdapter {
  private readonly answers = new TickBatch();

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
    // Nest awaits this promise. The reply itself would settle only after its last byte has been sent.
    return sent as unknown as FastifyReply;
  }
}

/**
 * Counts large answers against their callers' subscriptions until they are read, so that nobody can fill our memory with
 * answers that are asked for and not read (decision 46). Streamed answers hold little at a time and do not count. This is a
 * hook because only Fastify knows the bytes of every answer, those of failures included.
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
