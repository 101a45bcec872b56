import { Inject, Injectable } from '@nestjs/common';
import { type Changes, changesBetween, type Origin } from '#audit';
import type { Holder } from '#shares';
import { Client, type ClientRef, fateOfSecret } from './client.entity.js';
import { ClientRepository, type ClientWrite, type Decide } from './client.repository.js';
import { requireManager } from './client-about.js';
import { ClientError } from './client-errors.js';
import { actionOf, type ClientLife, lifeChanges } from './client-life.js';
import { type ClientMetadata, METADATA_FIELDS } from './client-metadata.js';
import { type ClientPage, type ClientQuery, type IdQuery, type PageStart, positionOf } from './client-query.js';
import { type ClientRight, isProposedBy, lifeOfProposed } from './client-right.js';
import type { ClientSecret } from './client-secret.entity.js';
import { chosenSecretViolations, SecretHasher } from './client-secret.js';
import { ClientSightings } from './client-sightings.js';
import {
  allViolations,
  MAX_VIOLATIONS,
  type MetadataRule,
  type NameOf,
  type RuleOptions,
  type RuleViolation,
  type Violation,
} from './metadata-rule.js';

/** What a dialect makes of a request: the whole record that the caller wants, and what is already wrong. */
export interface Proposal {
  readonly metadata: ClientMetadata;
  /** A secret that the caller chose; null or absent = as on record. */
  readonly secret?: string | null;
  /** What is to be kept beside the record; absent fields stay as they are. */
  readonly life?: Partial<ClientLife>;
  /** Rules that this dialect adds to the core's. */
  readonly rules?: readonly MetadataRule[];
  /** Faults of the request that were found before the core saw it. Reported together with the broken rules. */
  readonly violations?: readonly Violation[];
  /** The caller's own name for a field, or for an entry of it. */
  readonly nameOf: NameOf;
}

/** Whether a caller's condition (such as If-Match) holds for the current record; undefined = there is none. */
export type Precondition = (current: Client | undefined) => boolean;

/** What a write would do. */
export interface Plan {
  /** undefined = the client would be created. */
  readonly before: Client | undefined;
  readonly after: Client;
  readonly secret: SecretFate;
}

/** What a write did. */
export interface WriteResult {
  readonly client: Client;
  readonly created: boolean;
  /** The secret that this write made or set. Known only here and never again. */
  readonly secret: string | null;
}

/** Injection token of the operator's switches. */
export const CLIENTS_OPTIONS = Symbol('ClientsOptions');

/** What a write returned about a client. */
export interface Told {
  readonly createdAt: Date;
  readonly secret: string | null;
}

export interface ClientsOptions extends RuleOptions {
  /** Refuse audiences that are not registered in the domain. */
  readonly strictAudiences: boolean;
}

export const always: Precondition = () => true;
const IDS_PER_READ = 1000;
/** A client can take about 100 KB. */
const CLIENTS_PER_READ = 50;

/** What a write does to the secret: `set` to one that the caller chose. */
type SecretFate = 'kept' | 'created' | 'set' | 'revoked';

/**
 * The use cases. Refusals are ClientErrors, in this order: not proposed by the caller, broken rules, not found or exists,
 * locked, precondition. What would change nothing is no lock's business.
 */
@Injectable()
export class Clients {
  constructor(
    private readonly repository: ClientRepository,
    private readonly hasher: SecretHasher,
    @Inject(CLIENTS_OPTIONS) private readonly options: ClientsOptions,
    private readonly sightings: ClientSightings,
  ) {}

  /** For somebody who asks for this very client: it counts as a sighting. */
  async read(ref: ClientRef): Promise<Client> {
    const client = (await this.repository.find(ref)) ?? notFound();
    this.sightings.note(client);
    return client;
  }

  /**
   * Whether the result of a write still holds: the client that it left, created at `createdAt`, still exists, and the
   * secret is still valid. A client with the same id that was created since is another one. `by`: the holder whose
   * share this counts against.
   */
  async stands(ref: ClientRef, { createdAt, secret }: Told, by: Holder): Promise<boolean> {
    // A cached record may be the earlier client.
    const client = await this.repository.findNow(ref);
    if (client?.createdAt.getTime() !== createdAt.getTime()) return false;
    if (secret === null) return true;
    return (await this.hasher.find(await this.repository.liveSecrets(ref), secret, by)) !== undefined;
  }

  /** A page of clients, and how many there are in all. */
  list(domainId: string, query: ClientQuery): Promise<ClientPage> {
    return this.repository.list(domainId, query);
  }

  ids(domainId: string, query: IdQuery): Promise<string[]> {
    return this.repository.ids(domainId, query);
  }

  /** All client ids in order, in bounded memory however many there are. */
  async *everyId(domainId: string, search?: string): AsyncGenerator<string[], void> {
    let after: string | undefined;
    do {
      const ids = await this.repository.ids(domainId, { search, after, limit: IDS_PER_READ });
      if (ids.length > 0) yield ids;
      after = ids.length < IDS_PER_READ ? undefined : ids.at(-1);
    } while (after !== undefined);
  }

  /** All clients in the order of the ids, in bounded memory. Each is as it was when its batch was read. */
  async *everyClient(domainId: string): AsyncGenerator<readonly Client[], void> {
    let start: PageStart = { offset: 0 };
    for (;;) {
      const { clients, hasMore } = await this.repository.list(domainId, {
        filters: [],
        sort: [],
        start,
        limit: CLIENTS_PER_READ,
      });
      if (clients.length > 0) yield clients;
      if (!hasMore) return;
      start = { after: positionOf(clients.at(-1)!, []) };
    }
  }

  /** Creates a client. Fails with `client_exists` if the id is taken. */
  async register(ref: ClientRef, origin: Origin, right: ClientRight, proposal: Proposal): Promise<WriteResult> {
    const proposed = within(right, undefined, () => proposal);
    const decision = await this.decide(ref, origin, undefined, async () => [], proposed);
    const client = await this.repository.insert(decision);
    return client ? { client, created: true, secret: decision.secret } : exists();
  }

  /** Brings a client into the proposed state, or creates it. If nothing changes, nothing is written. */
  async provision(
    ref: ClientRef,
    origin: Origin,
    right: ClientRight,
    propose: (current: Client | undefined) => Proposal,
    precondition: Precondition = always,
  ): Promise<WriteResult> {
    const { decide, decided } = this.deciding(ref, origin, right, propose, precondition);
    const { client, created } = (await this.repository.put(ref, decide))!;
    return { client, created, secret: decided.secret };
  }

  /** What `provision` would do, without doing it. Refuses what `provision` would refuse. */
  async plan(
    ref: ClientRef,
    origin: Origin,
    right: ClientRight,
    propose: (current: Client | undefined) => Proposal,
    precondition: Precondition = always,
  ): Promise<Plan> {
    const before = await this.repository.find(ref);
    const proposal = within(right, before, propose);
    const liveSecrets = () => this.repository.liveSecrets(ref);
    const { client: after, fate: secret } = await this.check(ref, origin, before, liveSecrets, proposal);
    if (before && Object.keys(changesOf(before, after, secret)).length > 0) requireManager(origin, before);
    if (this.options.strictAudiences) await this.requireAudiences(after, before);
    if (!precondition(before)) preconditionFailed();
    return { before, after, secret };
  }

  /** Changes a client that exists. Broken rules are reported before a missing client. */
  async change(
    ref: ClientRef,
    origin: Origin,
    right: ClientRight,
    propose: (current: Client | undefined) => Proposal,
    precondition: Precondition = always,
  ): Promise<WriteResult> {
    const { decide, decided } = this.deciding(ref, origin, right, propose, precondition);
    const client = await this.repository.update(ref, decide);
    if (client) return { client, created: false, secret: decided.secret };
    await this.check(ref, origin, undefined, async () => [], propose(undefined));
    return notFound();
  }

  async remove(ref: ClientRef, origin: Origin, precondition: Precondition = always): Promise<void> {
    const removed = await this.repository.remove(ref, (current) => {
      requireManager(origin, current);
      if (!precondition(current)) preconditionFailed();
      return { origin, changes: clientChanges(current, undefined) };
    });
    if (!removed) notFound();
  }

  /** A function that decides the proposal on a record, and what it decided last. */
  private deciding(
    ref: ClientRef,
    origin: Origin,
    right: ClientRight,
    propose: (current: Client | undefined) => Proposal,
    precondition: Precondition,
  ): { readonly decide: Decide<Client | undefined>; readonly decided: { secret: string | null } } {
    const decided: { secret: string | null } = { secret: null };
    const decide: Decide<Client | undefined> = async (current, liveSecrets) => {
      const decision = await this.decide(ref, origin, current, liveSecrets, within(right, current, propose));
      if (!precondition(current)) preconditionFailed();
      decided.secret = decision.secret;
      return current && Object.keys(decision.changes).length === 0 ? undefined : decision;
    };
    return { decide, decided };
  }

  /** What would be written. */
  private async decide(
    ref: ClientRef,
    origin: Origin,
    current: Client | undefined,
    liveSecrets: () => Promise<ClientSecret[]>,
    proposal: Proposal,
  ): Promise<ClientWrite & { secret: string | null }> {
    const { client, fate } = await this.check(ref, origin, current, liveSecrets, proposal);
    const changes = changesOf(current, client, fate);
    if (current && Object.keys(changes).length > 0) requireManager(origin, current);
    if (this.options.strictAudiences) await this.requireAudiences(client, current);
    const { secrets, secret } = await this.applyFate(fate, origin, proposal);
    return { client, secrets, changes, origin, action: current && actionOf(changes), secret };
  }

  /** Throws every violation at once: those of the request, of the metadata and of the secret. */
  private async check(
    ref: ClientRef,
    origin: Origin,
    current: Client | undefined,
    liveSecrets: () => Promise<ClientSecret[]>,
    proposal: Proposal,
  ): Promise<{ client: Client; fate: SecretFate }> {
    const { metadata, life, rules = [], violations: reported = [], nameOf } = proposal;
    if (reported.length > MAX_VIOLATIONS) {
      throw new ClientError({ code: 'invalid_client_metadata', violations: reported });
    }
    const { client, violations: broken = [] } = current
      ? current.changed(metadata, rules, this.options)
      : Client.proposed(ref, metadata, rules, this.options);
    const fate = await this.secretFate(ref.clientId, origin, current, liveSecrets, proposal);
    if (client && reported.length === 0 && fate.violations.length === 0)
      return { client: life ? client.living(life) : client, fate: fate.action };
    const violations = allViolations(reported, [...broken, ...fate.violations], nameOf);
    throw new ClientError({ code: 'invalid_client_metadata', violations });
  }

  /** What happens to the secret (the table in spec/v1-dialect.md and item 5 of the head of the accounts dialect). */
  private async secretFate(
    clientId: string,
    { subscription }: Origin,
    current: Client | undefined,
    liveSecrets: () => Promise<ClientSecret[]>,
    { metadata, secret }: Proposal,
  ): Promise<{ action: SecretFate; violations: RuleViolation[] }> {
    const action = fateOfSecret(current?.clientType, metadata.clientType);
    if (!secret) return { action, violations: [] };
    if (metadata.clientType === 'public') {
      const message = 'must not be set on a client that uses no secret';
      return { action, violations: [{ field: 'clientSecret', rule: 'value', message }] };
    }
    if (action === 'kept' && (await this.hasher.find(await liveSecrets(), secret, subscription)))
      return { action: 'kept', violations: [] };
    return { action: 'set', violations: chosenSecretViolations(secret, clientId) };
  }

  private async applyFate(
    action: SecretFate,
    { subscription }: Origin,
    { secret }: Proposal,
  ): Promise<{ secrets: ClientWrite['secrets']; secret: string | null }> {
    if (action === 'kept') return { secrets: { action: 'none' }, secret: null };
    if (action === 'revoked') return { secrets: { action: 'revoke' }, secret: null };
    if (action === 'set')
      return {
        secrets: { action: 'replace', secret: await this.hasher.store(secret!, subscription) },
        secret: secret!,
      };
    const { value, stored } = this.hasher.generate();
    return { secrets: { action: 'replace', secret: stored }, secret: value };
  }

  /** Audiences on record and the client itself need no look-up. */
  private async requireAudiences(client: Client, current: Client | undefined): Promise<void> {
    const known = [client.clientId, ...(current?.audiences ?? [])];
    const asked = client.audiences.filter((audience) => !known.includes(audience));
    const found = await Promise.all(
      asked.map((clientId) => this.repository.find({ domainId: client.domainId, clientId })),
    );
    const audiences = asked.filter((_, index) => !found[index]);
    if (audiences.length > 0) throw new ClientError({ code: 'unknown_audiences', audiences });
  }
}

/** The changes of the record, and of what is kept beside it. */
export function clientChanges(before: Client | undefined, after: Client | undefined): Changes {
  return Object.assign(changesBetween(before, after, METADATA_FIELDS), lifeChanges(before, after));
}

/** The changes of all that there is of a client. */
function changesOf(before: Client | undefined, after: Client, fate: SecretFate): Changes {
  const changes = clientChanges(before, after);
  if (fate !== 'kept') changes.clientSecret = { before: null, after: fate };
  return changes;
}

function notFound(): never {
  throw new ClientError({ code: 'client_not_found' });
}

function exists(): never {
  throw new ClientError({ code: 'client_exists' });
}

/** What the caller may make of the client: a new one of a proposer is suspended, and an existing one has to be its own. */
function within(
  right: ClientRight,
  current: Client | undefined,
  propose: (current: Client | undefined) => Proposal,
): Proposal {
  if (right === 'write') return propose(current);
  if (current && !isProposedBy(right, current)) throw new ClientError({ code: 'not_proposed_by_caller' });
  const proposal = propose(current);
  return current ? proposal : { ...proposal, life: { ...proposal.life, ...lifeOfProposed(right) } };
}

function preconditionFailed(): never {
  throw new ClientError({ code: 'precondition_failed' });
}
