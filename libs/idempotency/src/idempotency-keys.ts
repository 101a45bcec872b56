import { Injectable } from '@nestjs/common';
import { Pepper } from '#secrets';
import { IdempotencyStore } from './idempotency-store.js';

const PURPOSE = 'idempotent answer';
/** Separates the parts that are hashed. No part contains it. */
const SEPARATOR = '\0';

/** A request that carries an idempotency key. */
export interface KeyedRequest {
  readonly key: string;
  /** Who asks for what: with another credential, method or path, the same key means something else. */
  readonly credentialId: string;
  readonly method: string;
  readonly path: string;
  /** The request's domain, by id, so that a later domain with the same name is another one; undefined = none. */
  readonly domainId: string | undefined;
  /** Everything else in which the request could differ from the first one. */
  readonly content: string;
}

export class IdempotencyError extends Error {
  /**
   * `key_reused`: the key came with another request before; `in_flight`: the first request has no answer yet;
   * `answer_outdated`: what its answer was about no longer exists.
   */
  constructor(readonly reason: 'key_reused' | 'in_flight' | 'answer_outdated') {
    super(reason);
    this.name = 'IdempotencyError';
  }
}

/**
 * Answers a repeated request in the same way as the first one, including secrets. An answer is sealed under the pepper
 * and the caller's own key. Only a keyed hash of that key is stored, so a dump reveals nothing.
 */
@Injectable()
export class IdempotencyKeys {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly pepper: Pepper,
  ) {}

  /** Runs `work` for the first request with a key. Others get its answer while it `stands`. Throws IdempotencyError. */
  async once<T>(asked: KeyedRequest, work: () => Promise<T>, stands: (answer: T) => Promise<boolean>): Promise<T> {
    const { credentialId, domainId = '', method, path, key } = asked;
    const scope = this.hash('scope', credentialId, domainId, method, path, key);
    const request = this.hash('request', asked.content);
    const known = await this.store.claim(scope, request);
    if (known) return this.replay(known.answer, known.request.equals(request), key, stands);
    let answer: T;
    try {
      answer = await work();
    } catch (error) {
      // Nothing was written, so the same request may succeed later.
      await this.store.release(scope);
      throw error;
    }
    await this.store.keep(scope, this.pepper.seal(PURPOSE, Buffer.from(JSON.stringify(answer)), key));
    return answer;
  }

  private async replay<T>(
    sealed: Buffer | null,
    isSame: boolean,
    key: string,
    stands: (answer: T) => Promise<boolean>,
  ): Promise<T> {
    if (!isSame) throw new IdempotencyError('key_reused');
    const unsealed = sealed && this.pepper.unseal(PURPOSE, sealed, key);
    if (!unsealed) throw new IdempotencyError('in_flight');
    const answer: T = JSON.parse(unsealed.toString());
    if (!(await stands(answer))) throw new IdempotencyError('answer_outdated');
    return answer;
  }

  private hash(...parts: string[]): Buffer {
    return this.pepper.hash(PURPOSE, parts.join(SEPARATOR));
  }
}
