import type { Origin } from '#audit';
import {
  type ClientError,
  type ClientMetadata,
  type ClientRef,
  type ClientSightings,
  Clients,
  type ClientsOptions,
  DEFAULT_METADATA,
  type Precondition,
  type Proposal,
} from '#clients';
import { Pepper } from '#secrets';
import { InMemoryClientRepository } from '../../libs/clients/src/testing/in-memory-client.repository.js';
import { CheapHasher } from './cheap-hashes.js';

/** How many race each other. */
export const CALLERS = 16;
export const ref: ClientRef = { domainId: '1', clientId: 'my-app' };
export const origin: Origin = {
  credentialId: null,
  credentialName: 'tester',
  subscription: null,
  dialect: 'test',
  requestId: 'r-1',
};
export const hasher = new CheapHasher(new Pepper('a pepper for tests'));

export const confidential = { clientType: 'confidential' } as const;
export const publicClient = { clientType: 'public' } as const;
export const broken = { scope: ' ' };
export const never: Precondition = () => false;

/** For those who do not ask who was seen. */
export const unseen: ClientSightings = { note: () => {} };

/** The use cases over a registry in memory. */
export function registry(options: Partial<ClientsOptions> = {}) {
  const repository = new InMemoryClientRepository();
  const whole = { allowPlainHttp: false, strictAudiences: false, ...options };
  const clients = new Clients(repository, hasher, whole, unseen);
  return {
    repository,
    clients,
    register: (metadata: Partial<ClientMetadata> = {}, more: Partial<Proposal> = {}, to = ref) =>
      clients.register(to, origin, 'write', proposal(metadata, more)),
    provision: (metadata: Partial<ClientMetadata> = {}, more: Partial<Proposal> = {}, precondition?: Precondition) =>
      clients.provision(ref, origin, 'write', () => proposal(metadata, more), precondition),
    /** Only what is named changes. */
    change: (metadata: Partial<ClientMetadata> = {}, more: Partial<Proposal> = {}, precondition?: Precondition) =>
      clients.change(
        ref,
        origin,
        'write',
        (current) => proposal({ ...(current?.metadata() ?? DEFAULT_METADATA), ...metadata }, more),
        precondition,
      ),
    secretIds: () => repository.secretsOf(ref).map(({ id }) => id),
    isLive: async (secret: string | null) => {
      return (await hasher.find(repository.secretsOf(ref), secret ?? '', null)) !== undefined;
    },
  };
}

export function proposal(metadata: Partial<ClientMetadata>, more: Partial<Proposal> = {}): Proposal {
  return {
    metadata: { ...DEFAULT_METADATA, ...metadata },
    nameOf: (field, index) => (index === undefined ? field : `${field}[${index}]`),
    ...more,
  };
}

/** The problem that a use case was refused with. */
export async function problemOf(work: Promise<unknown>): Promise<ClientError['problem']> {
  const error: unknown = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toMatchObject({ name: 'ClientError' });
  return (error as ClientError).problem;
}

export const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;

export async function violationsOf(work: Promise<unknown>): Promise<string[]> {
  const problem = await problemOf(work);
  if (problem.code !== 'invalid_client_metadata') throw new Error(`refused with ${problem.code}`);
  return problem.violations.map(({ property, rule }) => `${property} ${rule}`);
}
