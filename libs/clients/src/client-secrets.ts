import { Injectable } from '@nestjs/common';
import type { Origin } from '#audit';
import type { Holder } from '#shares';
import type { ClientRef } from './client.entity.js';
import { ClientRepository, type ClientWrite, type Put } from './client.repository.js';
import { requireManager } from './client-about.js';
import { ClientError } from './client-errors.js';
import type { ClientSecret } from './client-secret.entity.js';
import { type ImportedSecret, SecretHasher } from './client-secret.js';
import { ClientSightings } from './client-sightings.js';
import { Guesses } from './guesses.js';

/** The largest number of live secrets that a client may have at the same time. */
export const MAX_LIVE_SECRETS = 5;

export interface NewSecret {
  readonly name: string | null;
  /** null = never expires. */
  readonly expiresAt: Date | null;
  /** How long the older secrets stay valid; 0 = they expire at once. */
  readonly overlapSeconds: number;
  /** A secret that exists already elsewhere; undefined = generate one. */
  readonly imported?: ImportedSecret;
}

/** The result of checking a presented secret. */
export type SecretVerdict =
  /** `isSuspended`: the secret is live, but its client is suspended. */
  | { readonly valid: false; readonly isSuspended: boolean }
  | { readonly valid: true; readonly secretId: string; readonly expiresAt: Date | null };

/** The secrets of registered clients: rotation and verification. Refusals are ClientErrors. */
@Injectable()
export class ClientSecrets {
  private readonly guesses = new Guesses();
  /** The ids of the secrets that are getting a new hash, so that no secret is hashed twice at the same time. */
  private readonly renewing = new Set<string>();

  constructor(
    private readonly repository: ClientRepository,
    private readonly hasher: SecretHasher,
    private readonly sightings: ClientSightings,
  ) {}

  /** The live secrets, oldest first. */
  async list(ref: ClientRef): Promise<ClientSecret[]> {
    if (!(await this.repository.find(ref))) clientNotFound();
    return this.repository.liveSecrets(ref);
  }

  /** Whether the client has this secret, and it is live. Asks the store, not a cache. */
  async isLive(ref: ClientRef, id: string): Promise<boolean> {
    const client = await this.repository.findNow(ref);
    return client !== undefined && (await this.repository.liveSecrets(ref)).some((secret) => secret.id === id);
  }

  /**
   * Adds a secret. `value`: that of a generated secret, which is known only here and never again; null for an imported
   * one. Fails with a ShareError.
   */
  async add(
    ref: ClientRef,
    origin: Origin,
    { name, expiresAt, overlapSeconds, imported }: NewSecret,
  ): Promise<{ value: string | null; secret: ClientSecret }> {
    const { value, stored } = imported
      ? { value: null, stored: await this.hasher.take(imported, origin.subscription) }
      : this.hasher.generate();
    const secret = { ...stored, name, expiresAt };
    const { secret: added } = await this.change(ref, origin, (live, clientType) => {
      if (clientType === 'public') refuse('public_client');
      if (overlapSeconds > 0 && live.length >= MAX_LIVE_SECRETS) refuse('too_many');
      return { secrets: { action: 'add', secret, overlapSeconds }, change: `added ${stored.id}` };
    });
    return { value, secret: added! };
  }

  /** Removes a secret at once. Refuses to remove the last live one: a client that has any needs one. */
  async remove(ref: ClientRef, origin: Origin, id: string): Promise<void> {
    await this.change(ref, origin, (live) => {
      if (!live.some((secret) => secret.id === id)) notFound();
      if (live.length === 1) refuse('last_one');
      return { secrets: { action: 'drop', id }, change: `removed ${id}` };
    });
  }

  /**
   * Whether `presented` is a live secret of the client, and the client is not suspended. An unknown client has no secret,
   * but costs the same keyed hash. Only a caller who presents a live secret learns that the client is suspended.
   * `by`: the caller's holder. Fails with `too_many_guesses` or a ShareError.
   */
  async verify(ref: ClientRef, presented: string, by: Holder): Promise<SecretVerdict> {
    const { live, isSuspended } = await this.repository.secretsToVerify(ref);
    const secret = this.hasher.findFast(live, presented) ?? (await this.findSlowly(ref, live, presented, by));
    // Also while the client is suspended, because somebody still uses it.
    if (secret) this.sightings.note(secret);
    if (!secret || isSuspended) return { valid: false, isSuspended: secret !== undefined };
    // The answer does not wait for this, and does not fail with it.
    this.noteUse(secret, presented, by).catch(() => {});
    return { valid: true, secretId: secret.id, expiresAt: secret.expiresAt };
  }

  private async findSlowly(
    ref: ClientRef,
    live: readonly ClientSecret[],
    presented: string,
    by: Holder,
  ): Promise<ClientSecret | undefined> {
    const guessable = this.hasher.comparedSlowly(live, presented).map(({ id }) => id);
    if (guessable.length === 0) return undefined;
    return this.guesses.compare(ref, guessable, presented, () => this.hasher.find(live, presented, by));
  }

  private async noteUse(secret: ClientSecret, presented: string, by: Holder): Promise<void> {
    const { id, lastUsedOn } = secret;
    if (!this.hasher.isOutdated(secret)) {
      if (lastUsedOn !== new Date().toISOString().slice(0, 10)) await this.repository.noteUse(secret);
      return;
    }
    if (this.renewing.has(id)) return;
    this.renewing.add(id);
    try {
      await this.repository.noteUse(secret, await this.hasher.again(presented, by));
    } finally {
      this.renewing.delete(id);
    }
  }

  private async change(
    ref: ClientRef,
    origin: Origin,
    decide: (live: readonly ClientSecret[], clientType: string) => { secrets: ClientWrite['secrets']; change: string },
  ): Promise<Put> {
    const put = await this.repository.put(ref, async (current, liveSecrets) => {
      if (!current) return undefined;
      requireManager(origin, current);
      const { secrets, change } = decide(await liveSecrets(), current.clientType);
      return { client: current, origin, secrets, changes: { clientSecret: { before: null, after: change } } };
    });
    return put ?? clientNotFound();
  }
}

function refuse(reason: 'public_client' | 'too_many' | 'last_one'): never {
  throw new ClientError({ code: 'secret_refused', reason });
}

function clientNotFound(): never {
  throw new ClientError({ code: 'client_not_found' });
}

function notFound(): never {
  throw new ClientError({ code: 'secret_not_found' });
}
