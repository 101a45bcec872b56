import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Origin } from '#audit';
import { Shares } from '#shares';
import { Client, fateOfSecret } from './client.entity.js';
import { ClientRepository } from './client.repository.js';
import { isLockedFor, lockedClient } from './client-about.js';
import type { ClientDraft, DraftCounts, DraftEntry, DraftedClient } from './client-draft.js';
import { ClientError, type LockedClient } from './client-errors.js';
import { type ClientLife, DEFAULT_LIFE, lifeBefore, lifeOf } from './client-life.js';
import { type ClientMetadata, DEFAULT_METADATA, METADATA_FIELDS, type MetadataField } from './client-metadata.js';
import { type ImportedSecret, SecretHasher, type StoredSecret } from './client-secret.js';
import { CLIENTS_OPTIONS, type ClientsOptions, clientChanges, type Proposal } from './clients.js';
import { allViolations, MAX_VIOLATIONS, type Violation } from './metadata-rule.js';

/** Each import holds a connection to the store while it is being written. */
const MAX_UNDER_WAY = 4;
const MAX_OF_A_SUBSCRIPTION = 2;
const MAX_AUDIENCES_LISTED = 100;
/** One sentence lists these clients and their managers. */
const MAX_LOCKED_LISTED = 20;
const CLIENTS_PER_READ = 200;

/** One line of an import: a whole record, independent of the one on record. */
export interface ImportLine {
  readonly number: number;
  /** undefined = the line has no valid client id; then `proposal` says so. */
  readonly clientId: string | undefined;
  /** What the line proposes; or what is wrong with the line, or with a property that is checked before the others. */
  readonly proposal: Proposal | { readonly unreadable: string; readonly property?: string };
  /** What is to be kept beside the record; absent fields stay as they are. */
  readonly life?: (current: Client | undefined) => Partial<ClientLife>;
  /** What the client gets in place of a generated secret. A client that has secrets keeps those. */
  readonly secrets?: readonly LineSecret[];
}

/** A secret in a line. */
export interface LineSecret {
  readonly imported: ImportedSecret;
  readonly name: string | null;
  /** null = never expires. */
  readonly expiresAt: Date | null;
}

/** A client's record, and what is kept beside it. */
export type ImportedRecord = ClientMetadata & ClientLife;

/** What the import does, or would do, to a client. */
export interface ImportedClient {
  readonly clientId: string;
  readonly action: 'created' | 'changed' | 'removed';
  readonly before: ImportedRecord | undefined;
  readonly after: ImportedRecord | undefined;
  /** `set` = to those of the line. */
  readonly secrets: 'kept' | 'created' | 'set' | 'revoked';
  /** The secret that the import made. Known only here and never again. Of no use before the commit. */
  readonly secret: string | null;
}

/** The use case for many clients at once. The rules for one client apply to each. All are written, or none. */
@Injectable()
export class ClientImports {
  /** The domains of the imports under way in this process. */
  private readonly underWay = new Set<string>();
  private readonly shares = new Shares('imports', { each: MAX_OF_A_SUBSCRIPTION, all: MAX_UNDER_WAY });

  constructor(
    private readonly repository: ClientRepository,
    private readonly hasher: SecretHasher,
    @Inject(CLIENTS_OPTIONS) private readonly options: ClientsOptions,
  ) {}

  /** The import counts against the share of the origin's subscription. Fails with `import_under_way` or a ShareError. */
  async open(domainId: string, origin: Origin): Promise<ClientImport> {
    if (this.underWay.has(domainId)) throw new ClientError({ code: 'import_under_way' });
    const giveBack = this.shares.take(origin.subscription);
    this.underWay.add(domainId);
    const ended = () => {
      this.underWay.delete(domainId);
      giveBack();
    };
    try {
      const draft = await this.repository.openDraft(domainId);
      if (!draft) throw new ClientError({ code: 'import_under_way' });
      return new ClientImport(domainId, origin, draft, this.hasher, this.options, ended);
    } catch (error) {
      ended();
      throw error;
    }
  }
}

/** An import under way. Must always be closed. */
export class ClientImport {
  private readonly violations: Violation[] = [];
  /** Clients that the import would change, although they are locked for the caller. */
  private readonly locked: LockedClient[] = [];
  /** Each secret is derived from this and the client's id, so that no secret has to be kept until it is shown. */
  private readonly seed = randomBytes(32);
  private closing: Promise<void> | undefined;
  private notTaken = 0;

  constructor(
    private readonly domainId: string,
    private readonly origin: Origin,
    private readonly draft: ClientDraft,
    private readonly hasher: SecretHasher,
    private readonly options: ClientsOptions,
    private readonly ended: () => void,
  ) {}

  /** Whether there are more violations than are reported. Then further lines are not checked. */
  get isFull(): boolean {
    return this.violations.length > MAX_VIOLATIONS;
  }

  /** How many lines have secrets that were not taken, because their clients have some already. */
  get secretsNotTaken(): number {
    return this.notTaken;
  }

  /** Takes further lines. `check` reports what is wrong with them. */
  async add(lines: readonly ImportLine[]): Promise<void> {
    const ids = lines.flatMap(({ clientId }) => clientId ?? []);
    const { onRecord, drafted } = await this.draft.look([...new Set(ids)]);
    const lineOf = new Map(drafted);
    const entries: DraftEntry[] = [];
    for (const line of lines) {
      if (this.isFull || this.closing) return;
      const { number, clientId } = line;
      const earlier = clientId === undefined ? undefined : lineOf.get(clientId);
      if (clientId !== undefined && earlier === undefined) lineOf.set(clientId, number);
      const current = clientId === undefined ? undefined : onRecord.get(clientId);
      const client = this.checked(line, current, earlier);
      if (clientId === undefined || earlier !== undefined) continue;
      entries.push(client ? await this.decided(line, client, current) : refused(number, clientId));
    }
    await this.draft.add(entries);
  }

  /** The counts of the import. Fails with everything that is wrong. `prune`: removes clients that no line names. */
  async check({ prune }: { readonly prune: boolean }): Promise<DraftCounts> {
    const { violations } = this;
    if (violations.length > 0) throw new ClientError({ code: 'invalid_client_metadata', violations });
    if (prune) await this.removeOthers();
    if (this.locked.length > 0) throw new ClientError({ code: 'client_locked', clients: this.locked });
    const audiences = await this.draft.missing(MAX_AUDIENCES_LISTED);
    if (audiences.length > 0) throw new ClientError({ code: 'unknown_audiences', audiences });
    return this.draft.counts();
  }

  /** Fails with `changed_meanwhile` if a client has changed since; then nothing was written. */
  async commit(): Promise<void> {
    const outcome = await this.draft.commit(this.origin);
    if (outcome === 'changed') throw new ClientError({ code: 'changed_meanwhile' });
  }

  /** The changes, made or proposed, in the order of the ids. */
  async *clients(): AsyncGenerator<readonly ImportedClient[], void> {
    for (let after: string | undefined; ; ) {
      const entries = await this.draft.entries(after, CLIENTS_PER_READ);
      if (entries.length > 0) yield entries.map((entry) => this.told(entry));
      if (entries.length < CLIENTS_PER_READ) return;
      after = entries.at(-1)!.clientId;
    }
  }

  close(): Promise<void> {
    this.closing ??= this.draft.close().finally(this.ended);
    return this.closing;
  }

  /** undefined = something is wrong with the line. */
  private checked(
    { number, clientId, proposal, life, secrets = [] }: ImportLine,
    current: Client | undefined,
    earlier: number | undefined,
  ): Client | undefined {
    if ('unreadable' in proposal) {
      this.report(`line ${number}`, [
        { property: proposal.property ?? '', rule: 'format', message: proposal.unreadable },
      ]);
      return undefined;
    }
    const { metadata, rules = [], violations: reported = [], nameOf } = proposal;
    const ref = { domainId: this.domainId, clientId: clientId ?? '' };
    const { client, violations: broken = [] } = current
      ? current.changed(metadata, rules, this.options)
      : Client.proposed(ref, metadata, rules, this.options);
    const violations = [...allViolations(reported, broken, nameOf)];
    if (metadata.clientType === 'public' && secrets.length > 0) {
      violations.push({
        property: 'secrets',
        rule: 'value',
        message: 'must not be set on a client that uses no secret',
      });
    }
    if (earlier !== undefined) {
      violations.push({
        property: 'clientId',
        rule: 'duplicate',
        message: `must not be that of an earlier line (${earlier})`,
      });
    }
    this.report(`line ${number}`, violations);
    if (!client || violations.length > 0) return undefined;
    return life ? client.living(life(current)) : client;
  }

  private report(place: string, violations: readonly Violation[]): void {
    for (const { property, ...violation } of violations) {
      this.violations.push({ property: property === '' ? place : `${place}: ${property}`, ...violation });
    }
  }

  private async decided(
    { number: line, secrets = [] }: ImportLine,
    client: Client,
    current: Client | undefined,
  ): Promise<DraftEntry> {
    const { clientId } = client;
    const usual = fateOfSecret(current?.clientType, client.clientType);
    const fate = usual === 'created' && secrets.length > 0 ? 'set' : usual;
    if (fate === 'kept' && secrets.length > 0) this.notTaken += 1;
    const changes = clientChanges(current, client);
    if (fate !== 'kept') changes.clientSecret = { before: null, after: fate };
    const isChanged = Object.keys(changes).length > 0;
    if (current && isChanged) this.noteIfLocked(current);
    return {
      line,
      clientId,
      action: current ? (isChanged ? 'changed' : 'unchanged') : 'created',
      current,
      metadata: isChanged ? client.metadata() : null,
      life: isChanged ? lifeOf(client) : null,
      secrets:
        fate === 'created' || fate === 'set'
          ? {
              action: 'replace',
              secrets: fate === 'set' ? await this.taken(secrets) : [this.secretOf(clientId).stored],
            }
          : { action: fate === 'revoked' ? 'revoke' : 'none' },
      changes,
      needs: this.options.strictAudiences ? neededBy(client, current) : [],
    };
  }

  private async removeOthers(): Promise<void> {
    for (;;) {
      const others = await this.draft.others(CLIENTS_PER_READ);
      if (others.length === 0) return;
      for (const other of others) this.noteIfLocked(other);
      await this.draft.add(others.map(removalOf));
    }
  }

  private noteIfLocked(client: Client): void {
    if (this.locked.length < MAX_LOCKED_LISTED && isLockedFor(this.origin, client)) {
      this.locked.push(lockedClient(client));
    }
  }

  private told({ clientId, action, metadata, life, changes }: DraftedClient): ImportedClient {
    const secrets = (changes.clientSecret?.after ?? 'kept') as ImportedClient['secrets'];
    return {
      clientId,
      action: action as ImportedClient['action'],
      before:
        action === 'created'
          ? undefined
          : { ...metadataBefore(metadata, changes), ...lifeBefore(life ?? DEFAULT_LIFE, changes) },
      after: metadata && life ? { ...metadata, ...life } : undefined,
      secrets,
      secret: secrets === 'created' ? this.secretOf(clientId).value : null,
    };
  }

  /** One after the other: those who verify secrets meanwhile wait for one of them at most. */
  private async taken(secrets: readonly LineSecret[]): Promise<StoredSecret[]> {
    const stored: StoredSecret[] = [];
    for (const { imported, name, expiresAt } of secrets) {
      stored.push({ ...(await this.hasher.take(imported, this.origin.subscription, true)), name, expiresAt });
    }
    return stored;
  }

  private secretOf(clientId: string) {
    return this.hasher.generate(createHmac('sha256', this.seed).update(clientId).digest());
  }
}

/** Drafted only so that a repeated id is noticed: nothing will be written. */
function refused(line: number, clientId: string): DraftEntry {
  const nothing = { current: undefined, metadata: null, life: null, changes: {}, needs: [] } as const;
  return { line, clientId, action: 'unchanged', secrets: { action: 'none' }, ...nothing };
}

function removalOf(current: Client): DraftEntry {
  const changes = clientChanges(current, undefined);
  const { clientId } = current;
  const secrets = { action: 'revoke' } as const;
  return { line: 0, clientId, action: 'removed', current, metadata: null, life: null, secrets, changes, needs: [] };
}

/** Leaves out audiences on record, which need no look-up. */
function neededBy(client: Client, current: Client | undefined): string[] {
  return client.audiences.filter((audience) => !current?.audiences.includes(audience));
}

/** An unchanged field had the same value before. If the client is removed, a field that is not named was empty. */
function metadataBefore(after: ClientMetadata | null, changes: DraftedClient['changes']): ClientMetadata {
  const value = (field: MetadataField) =>
    field in changes ? changes[field]!.before : (after ?? DEFAULT_METADATA)[field];
  return Object.fromEntries(METADATA_FIELDS.map((field) => [field, value(field)])) as unknown as ClientMetadata;
}
